import Scenarios
import Simulation

/// Operator times of the block shapes of a space, made for those that a search comes to, and for each shape a floor under the step
/// of all its plans: so a search finds the best of every legal plan without looking at most of them.
///
/// A floor is in device-seconds. On N devices a step takes at least 1/N of what one copy of the model takes for the whole
/// batch, in compute, recomputation, communication of layers, their hosts and stragglers: no stage has less than its share of it. All
/// else (gradients, boundaries, optimizer) adds, and of p stages in v chunks a bubble of at least (1 − 1/p)/v of a micro-batch: where
/// stages are uneven it is smaller by no more than the steps of the slowest are longer. And a micro-batch that is k times as large takes
/// no more than k times as long, since launches, latencies and unfilled tiles are paid for once. So no shape has a lower floor than
/// the one that differs from it only by the largest micro-batch, and what that one rules out is not even lowered. Tests hold all of it
/// over every kind of layer.
final class ShapeFloors: @unchecked Sendable {
  /// Shapes that differ in micro-batch, recomputation and sequence parallelism alone; they stand together in the space.
  struct Group: Sendable {
    var shapes: Range<Int>
    /// Tensor times context ranks.
    var ranks: Int
    /// Of all its shapes.
    var floor: Floor
  }

  /// Device-seconds for the whole batch.
  struct Floor: Sendable {
    var all = 0.0
    /// Of them without hosts and stragglers: what a bubble is a part of.
    var work = 0.0

    func under(_ other: Floor) -> Floor { Floor(all: min(all, other.all), work: min(work, other.work)) }
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
  private var floors: [Floor]

  struct Place: Sendable {
    var table: Int
    var at: Int
  }

  init(_ simulator: Simulator, _ shapes: [BlockShape]) {
    (self.simulator, self.shapes) = (simulator, shapes)
    var groups: [Group] = []
    for (index, shape) in shapes.enumerated() {
      let first = groups.last.map { shapes[$0.shapes.lowerBound] }
      if let first, (first.tensor, first.context, first.expert) == (shape.tensor, shape.context, shape.expert) {
        groups[groups.count - 1].shapes = groups[groups.count - 1].shapes.lowerBound..<(index + 1)
      } else {
        groups.append(Group(shapes: index..<(index + 1), ranks: shape.tensor * shape.context, floor: Floor()))
      }
    }
    // Micro-batches are divisors of the largest, which is the batch, or the one that was asked for.
    let most = shapes.map(\.microBatch).max() ?? 1
    let largest = shapes.indices.filter { shapes[$0].microBatch == most }
    let (table, known) = ShapeFloors.lowered(largest.map { shapes[$0] }, simulator)
    var places = [Place?](repeating: nil, count: shapes.count)
    var floors = [Floor](repeating: Floor(), count: shapes.count)
    for (at, index) in largest.enumerated() {
      places[index] = Place(table: 0, at: at)
      floors[index] = known[at]
    }
    for g in groups.indices {
      let range = groups[g].shapes
      let first = Floor(all: .infinity, work: .infinity)
      let floor = range.reduce(first) { shapes[$1].microBatch == most ? $0.under(floors[$1]) : $0 }
      groups[g].floor = floor
      for index in range where places[index] == nil { floors[index] = floor }
    }
    (self.places, self.floors, tables) = (places, floors, [table])
    self.groups = groups.enumerated().sorted { ($0.element.floor.all, $0.offset) < ($1.element.floor.all, $1.offset) }
      .map(\.element)
  }

  /// Of a shape, or of its group while the shape has not been lowered.
  func floor(_ index: Int) -> Floor { lock.locked { floors[index] } }

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

  private static let work: [StepParts.Part] = [.compute, .recompute, .tensor, .context, .exchange]
  private static let waiting: [StepParts.Part] = [.host, .straggling]

  private static func lowered(_ shapes: [BlockShape], _ simulator: Simulator) -> (BlockTable, [Floor]) {
    let table = simulator.table(shapes)
    var one = PlanBatch(), results = PlanResults()
    one.append(pipeline: 1, interleave: 1, data: 1, zero: 0)
    let floors = shapes.enumerated().map { at, shape in
      simulator.evaluate(one, shape: at, of: table, into: &results)
      let parts = results.stepParts(0), ranks = Double(shape.tensor * shape.context)
      let work = ShapeFloors.work.reduce(0) { $0 + parts[$1].value } * ranks
      return Floor(all: work + waiting.reduce(0) { $0 + parts[$1].value } * ranks, work: work)
    }
    return (table, floors)
  }
}
