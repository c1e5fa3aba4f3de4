import Calibration
import Charts
import Planning
import Quantities
import Scenarios

// Axes and words that several charts share.

extension Axis {
  static let dollars = Axis("US dollars") { dollarsShown($0) }
  static let share = Axis("part of the step, %") { Figures.fixed($0 * 100, 0) }

  static func dollarsShown(_ value: Double) -> String { value == 0 ? "$0" : Dollars(value).formatted }

  /// Times in the unit in which the longest of them is read best.
  static func time(longest seconds: Double?) -> (axis: Axis, seconds: Double) {
    let scale = TimeScale(longest: seconds.map { Seconds($0) })
    return (Axis(scale.heading) { plain($0) }, scale.seconds)
  }

  /// `0`, `0.5`, `12`, `1,500`: as few digits as tell one tick from the next.
  static func plain(_ value: Double) -> String {
    if value == value.rounded() { return Figures.grouped(value) }
    let text = Figures.significant(value, 3)
    guard text.contains(".") else { return text }
    var short = text[...]
    while short.last == "0" { short = short.dropLast() }
    return String(short.last == "." ? short.dropLast() : short)
  }

  static func count(_ value: Double) -> String { Count(value).formatted }
}

extension Chart {
  static let intervalNote = "Line across a bar: nine times in ten the cost is between its ends."
  /// More rows than that nobody reads in a picture.
  static let mostRows = 40
}

extension OptionResult {
  /// `8 instances · 9.42 d`, with the way of buying where the name has none.
  var chartDetail: String {
    guard let run else { return "" }
    let way = pricing == nil ? run.offer.price.map { [$0.model.rawValue] } ?? [] : []
    let time = wallTime.map { [$0.formatted] } ?? []
    return (way + [counted(run.units, "instance")] + time).joined(separator: " · ")
  }
}
