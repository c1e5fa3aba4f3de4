import Scenarios
import Simulation

/// Operator times of the block shapes of a space, made for those that a search comes to, and for each shape a floor under the step
/// of all its plans: so a search finds the best of every legal plan without looking at most of them.
///
/// A floor is in device-seconds. On N devices a step takes at least 1/N of what one copy of the model takes for the whole
/// batch, in compute, recomputation, communication of layers, their hosts and stragglers: no stage has less than its share of it. All
/// else (gradients, boundaries, bubbles, optimizer) adds. And a micro-batch that is k times as large takes no more than k times as
/// long, since launches, latencies and unfilled tiles are paid for once. So no shape has a lower floor than the one that differs from
/// it only by the largest micro-batch, and what that one rules out is not even lowered. Tests hold both over every kind of layer.
final class ShapeFloors: @unchecked Sendable {
  /// Shapes that differ in micro-batch, recomputation and sequence parallelism alone; they stand together in the space.
  struct Group: Sendable {
    var shapes: Range<Int>
    /// Tensor times context ranks.
    var ranks: Int
    /// Of all its shapes.
    var floor: Double
  }

  /// Lowest floor first.
  let groups: [Group]
  private let simulator: Simulator
  private let shapes: [BlockShape]
  // Every access to the variables below holds the lock.
  private let lock = Lock()
  private var tables: [BlockTable] = []
  /// Where the times of a shape are; nil while nobody asked.
  private var places: [Place?]
  private var floors: [Double]

  struct Place: Sendable {
    var table: Int
    var at: Int
  }

  init(_ simulator: Simulator, _ shapes: [BlockShape]) {
    (self.simulator, self.shapes) = (simulator, shapes)
    var groups: [Group] = []
    var largest: [Int] = []
    for (index, shape) in shapes.enumerated() {
      let first = groups.last.map { shapes[$0.shapes.lowerBound] }
      if let first, (first.tensor, first.context, first.expert) == (shape.tensor, shape.context, shape.expert) {
        groups[groups.count - 1].shapes = groups[groups.count - 1].shapes.lowerBound..<(index + 1)
      } else {
        groups.append(Group(shapes: index..<(index + 1), ranks: shape.tensor * shape.context, floor: .infinity))
      }
    }
    // Micro-batches are divisors of the largest, which is the batch, or the one that was asked for.
    let most = shapes.map(\.microBatch).max() ?? 1
    largest = shapes.indices.filter { shapes[$0].microBatch == most }
    let (table, known) = ShapeFloors.lowered(largest.map { shapes[$0] }, simulator)
    places = Array(repeating: nil, count: shapes.count)
    floors = Array(repeating: 0, count: shapes.count)
    for (at, index) in largest.enumerated() {
      places[index] = Place(table: 0, at: at)
      floors[index] = known[at]
    }
    tables = [table]
    for g in groups.indices {
      let range = groups[g].shapes
      let floor = range.lazy.filter { shapes[$0].microBatch == most }.map { [floors] in floors[$0] }.min() ?? 0
      groups[g].floor = floor
      for index in range where places[index] == nil { floors[index] = floor }
    }
    self.groups = groups.enumerated().sorted { ($0.element.floor, $0.offset) < ($1.element.floor, $1.offset) }
      .map(\.element)
  }

  /// Of a shape, or of its group while the shape has not been lowered.
  func floor(_ index: Int) -> Double { lock.locked { floors[index] } }

  /// The times of a shape, which `lower` was told of.
  func place(_ index: Int) -> (table: BlockTable, at: Int)? {
    lock.locked { places[index].map { (tables[$0.table], $0.at) } }
  }

  /// Makes the times of those that have none yet.
  func lower(_ indices: [Int]) {
    lock.locked {
      let missing = indices.filter { places[$0] == nil }
      if missing.isEmpty { return }
      let (table, known) = ShapeFloors.lowered(missing.map { shapes[$0] }, simulator)
      for (at, index) in missing.enumerated() {
        places[index] = Place(table: tables.count, at: at)
        floors[index] = known[at]
      }
      tables.append(table)
    }
  }

  /// Parts of a step of which no stage of a plan has less than its share.
  static let shared: [StepParts.Part] = [.compute, .recompute, .tensor, .context, .exchange, .host, .straggling]

  private static func lowered(_ shapes: [BlockShape], _ simulator: Simulator) -> (BlockTable, [Double]) {
    let table = simulator.table(shapes)
    var one = PlanBatch(), results = PlanResults()
    one.append(pipeline: 1, interleave: 1, data: 1, zero: 0)
    let floors = shapes.enumerated().map { at, shape in
      simulator.evaluate(one, shape: at, of: table, into: &results)
      let parts = results.stepParts(0), ranks = Double(shape.tensor * shape.context)
      return shared.reduce(0) { $0 + parts[$1].value } * ranks
    }
    return (table, floors)
  }
}
