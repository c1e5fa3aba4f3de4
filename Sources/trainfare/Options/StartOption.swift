import Costing
import Scenarios

extension OptionReader {
  /// When a run starts: a day from today on, with or without a time of it.
  mutating func start(_ text: String?) -> Moment? {
    guard let text else { return nil }
    guard let start = Moment(text) else {
      problem(
        "'\(text)' is no day, or none with a time in UTC", help: "write it like 2027-01-15 or '2027-01-15 08:00'",
        option: "--start", text: text)
      return nil
    }
    if let today = Moment(Today.date), start.day < today.day {
      problem("\(start.text) is past", help: "today is \(today.text)", option: "--start", text: text)
      return nil
    }
    return start
  }
}
