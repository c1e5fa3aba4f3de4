import Scenarios
import Simulation

/// The one engine behind `compare` and `search`: takes plans of some shapes, evaluates them, shows the results.
///
/// A walk holds buffers, so each thread has its own. It keeps nothing of what it has shown.
struct PlanWalk {
  let simulator: Simulator
  let space: PlanSpace
  /// Operator times of all shapes of the space, where many walks share them; else they are made on the way.
  let table: BlockTable?
  private var batch = PlanBatch()
  private var results = PlanResults()

  init(_ simulator: Simulator, _ space: PlanSpace, table: BlockTable? = nil) {
    self.simulator = simulator
    self.space = space
    self.table = table
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

  /// Shows the plans of each shape in `indices`, in the order of enumeration, those without a plan left out.
  mutating func visit(
    _ indices: Range<Int>, _ sizes: SizeRange, _ counts: inout PlanCounts, _ show: (borrowing View) -> Void
  ) {
    batch.removeAll()
    var kept: [(index: Int, range: Range<Int>)] = []
    for index in indices {
      let start = batch.count
      space.plans(of: space.shapes[index], sizes, into: &batch, &counts)
      if batch.count > start { kept.append((index, start..<batch.count)) }
    }
    let table = self.table ?? simulator.table(kept.map { space.shapes[$0.index] })
    for (position, one) in kept.enumerated() {
      simulator.evaluate(
        batch, one.range, shape: self.table == nil ? position : one.index, of: table, into: &results)
      show(
        View(
          shape: space.shapes[one.index], shapeIndex: one.index, batch: batch, range: one.range,
          results: results))
    }
  }
}
