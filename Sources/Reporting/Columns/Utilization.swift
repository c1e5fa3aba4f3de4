import Planning
import Scenarios

/// MFU beside the number format of whose peak it is a share: a stack may compute in another than the job asks for.
struct Utilization {
  private let types: Set<String>

  /// - Parameter runs: all that stand in one table.
  init(_ runs: [Run]) { types = Set(runs.map(\.productType.rawValue)) }

  /// One heading says it where all have the same; else each cell does.
  func column<Row>(_ run: @escaping @Sendable (Row) -> Run?) -> Column<Row> {
    let one = types.count == 1 ? types.first : nil
    return .shown(one.map { "\($0) MFU" } ?? "MFU", dispensable: 1) { row in
      run(row).map { one == nil ? $0.utilization : Figures.percent($0.estimate.modelUtilization) }
    }
  }
}

extension Run {
  /// What products are computed in: the job's format, or what the stack casts it to.
  var productType: DataType { question.simulator.machine.productType }

  /// `58.3% of bf16`
  var utilization: String { "\(Figures.percent(estimate.modelUtilization)) of \(productType.rawValue)" }
}
