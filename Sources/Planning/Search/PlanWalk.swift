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
    let kept = kept(indices) { space.plans(of: space.shapes[$0], sizes, into: &$1, &counted) }
    counts = counted
    let table = simulator.table(kept.map { space.shapes[$0.index] })
    for (position, one) in kept.enumerated() { evaluate(one, position, of: table, show) }
  }

  /// Shows the plans of a group of shapes on so many devices, with times that many walks share, and without plans that cannot be
  /// as short as `longest` seconds, which is asked anew as they are shown.
  mutating func visit(
    _ group: ShapeFloors.Group, devices: Int, _ floors: ShapeFloors, longest: () -> Double,
    _ show: (borrowing View) -> Void
  ) {
    let space = space, splits = space.splits(ranks: group.ranks, devices: devices)
    if splits.isEmpty { return }
    /// Seconds that are left above the floor.
    func room(_ floor: ShapeFloors.Floor) -> Double { longest() - floor.all / Double(devices) }
    let batch = Double(simulator.job.globalBatch) * Double(group.ranks)
    let worth = group.shapes.filter { room(floors.floor($0)) >= 0 }
    let kept = kept(worth) { index, plans in
      let shape = space.shapes[index], floor = floors.floor(index)
      let pass = floor.work * Double(shape.microBatch) / batch, room = room(floor)
      space.plans(of: shape, splits, into: &plans) { pipeline in
        // The bubble shrinks with the chunks.
        pipeline > 1 ? pass * (1 - 1 / Double(pipeline)) / room : 0
      }
    }
    floors.lower(kept.map(\.index))
    for one in kept where room(floors.floor(one.index)) >= 0 {
      if let (table, at) = floors.place(one.index) { evaluate(one, at, of: table, show) }
    }
  }

  private mutating func kept(
    _ indices: some Sequence<Int>, _ plans: (Int, inout PlanBatch) -> Void
  ) -> [Kept] {
    batch.removeAll()
    var kept: [Kept] = []
    for index in indices {
      let start = batch.count
      plans(index, &batch)
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
