import Scenarios
import Simulation

/// The one engine behind `compare` and `search`: takes plans of some shapes, evaluates them, shows the results.
///
/// A walk holds buffers, so each thread has its own. It keeps nothing of what it has shown.
struct PlanWalk {
  let simulator: Simulator
  let space: PlanSpace
  private var batch = PlanBatch()
  private var results = PlanResults()

  init(_ simulator: Simulator, _ space: PlanSpace) {
    self.simulator = simulator
    self.space = space
  }

  /// Plans of one shape, evaluated.
  struct View {
    var shape: BlockShape
    var shapeIndex: Int
    var batch: PlanBatch
    /// Where the shape's plans are in the batch; the results begin at the first of them.
    var range: Range<Int>
    var results: PlanResults
    func plan(_ i: Int) -> Plan { batch.plan(range.lowerBound + i, shape) }
  }

  /// A shape that has plans.
  private struct Kept {
    var index: Int
    var range: Range<Int>
  }

  /// Shows the plans of each shape in `indices`, in the order of enumeration, those without a plan left out.
  mutating func visit(
    _ indices: Range<Int>, _ sizes: SizeRange, _ counts: inout PlanCounts, _ show: (borrowing View) -> Void
  ) {
    var counted = counts
    let space = space
    let kept = kept(indices) { space.plans(of: $0, sizes, into: &$1, &counted) }
    counts = counted
    let table = simulator.table(kept.map { space.shapes[$0.index] })
    for (position, one) in kept.enumerated() { evaluate(one, position, of: table, show) }
  }

  /// Shows the plans of a group of shapes on so many devices, with times that many walks share, and without those of shapes whose floor
  /// is not worth it when they come.
  mutating func visit(
    _ group: ShapeFloors.Group, devices: Int, _ floors: ShapeFloors, isWorth: (Double) -> Bool,
    _ show: (borrowing View) -> Void
  ) {
    let space = space, splits = space.splits(ranks: group.ranks, devices: devices)
    if splits.isEmpty { return }
    let kept = kept(group.shapes.filter { isWorth(floors.floor($0)) }) { space.plans(of: $0, splits, into: &$1) }
    floors.lower(kept.map(\.index))
    for one in kept where isWorth(floors.floor(one.index)) {
      if let (table, at) = floors.place(one.index) { evaluate(one, at, of: table, show) }
    }
  }

  private mutating func kept(
    _ indices: some Sequence<Int>, _ plans: (BlockShape, inout PlanBatch) -> Void
  ) -> [Kept] {
    batch.removeAll()
    var kept: [Kept] = []
    for index in indices {
      let start = batch.count
      plans(space.shapes[index], &batch)
      if batch.count > start { kept.append(Kept(index: index, range: start..<batch.count)) }
    }
    return kept
  }

  private mutating func evaluate(
    _ one: Kept, _ at: Int, of table: BlockTable, _ show: (borrowing View) -> Void
  ) {
    simulator.evaluate(batch, one.range, shape: at, of: table, into: &results)
    show(
      View(
        shape: space.shapes[one.index], shapeIndex: one.index, batch: batch, range: one.range, results: results))
  }
}
