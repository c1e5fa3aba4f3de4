import TestSupport
import Testing

@testable import Quantities

@Suite struct ParsingTests {
  private func error<U: Unit>(_ text: String, _ unit: U.Type, allowingZero: Bool = false) -> QuantityError? {
    do {
      _ = try Quantity<U>.parse(text, allowingZero: allowingZero)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "An amount is a number and a unit, with or without a blank",
    arguments: [
      ("2.9 TB/s", 2.9e12), ("2.9TB/s", 2.9e12), ("  400 Gbit/s ", 5e10), ("400 Gbps", 5e10),
      ("3.2e3 Gbit/s", 4e11),
      ("1e3 B/s", 1000), ("1E+3 B/s", 1000), ("5e-1 GB/s", 5e8), ("64\u{00A0}GB/s", 6.4e10), ("010 B/s", 10),
    ])
  func rates(text: String, value: Double) throws {
    #expect(try ByteRate.parse(text).value == value)
  }

  @Test("GB is a power of ten and GiB a power of two") func bytes() throws {
    #expect(try Bytes.parse("96 GiB").value == 96 * 1_073_741_824)
    #expect(try Bytes.parse("96 GB").value == 96e9)
    #expect(try Bytes.parse("183359 MiB").value == 183_359 * 1_048_576)
  }

  @Test(
    "Dollars are written with the sign on either side",
    arguments: [
      ("$2 M", 2e6), ("2 M$", 2e6), ("$2M", 2e6), ("$500", 500), ("$ 500", 500), ("500 kUSD", 5e5),
      ("500 k$", 5e5),
      ("12.5 USD", 12.5), ("$10 B", 1e10), ("$1.5e3", 1500),
    ])
  func dollars(text: String, value: Double) throws {
    #expect(try Dollars.parse(text).value == value)
  }

  @Test("A price per hour is kept per second") func dollarRate() throws {
    #expect(abs(try DollarRate.parse("$98.32/h").perHour - 98.32) < 1e-12)
    #expect(abs(try DollarRate.parse("24 USD/d").perHour - 1) < 1e-12)
  }

  @Test("Counts need no unit and may have k, M, B or T") func counts() throws {
    #expect(try Count.parse("15 T").value == 15e12)
    #expect(try Count.parse("8.03 B").value == 8.03e9)
    #expect(try Count.parse("8192").value == 8192)
    #expect(try Count.parse("260k").value == 260_000)
  }

  @Test("An E before a digit is an exponent, before a letter a unit") func exponents() throws {
    #expect(try FLOPRate.parse("2 EFLOP/s").value == 2e18)
    #expect(try FLOPRate.parse("2EFLOP/s").value == 2e18)
    #expect(try FLOPRate.parse("2E3GFLOP/s").value == 2e12)
  }

  @Test(
    "What is not a finite number is refused",
    arguments: ["NaN GB", "nan", "inf GB", "-inf GB", ".inf GB", "Infinity"])
  func notFinite(text: String) {
    #expect(error(text, ByteUnit.self) == .notFinite(text))
  }

  @Test(
    "What a double cannot hold is refused, by itself or in its unit", arguments: ["1e400 GB", "1e300 PB"])
  func tooLarge(text: String) {
    #expect(error(text, ByteUnit.self) == .tooLarge(text))
  }

  @Test("What would become zero is refused") func tooSmall() {
    #expect(error("1e-400 GB", ByteUnit.self) == .tooSmall("1e-400 GB"))
    #expect(error("1e-400 s", SecondUnit.self, allowingZero: true) == .tooSmall("1e-400 s"))
  }

  @Test("Zero is refused unless it is an amount there") func zero() throws {
    #expect(error("0 GB", ByteUnit.self) == .zero("0 GB"))
    #expect(error("0.00 GB", ByteUnit.self) == .zero("0.00 GB"))
    #expect(try Bytes.parse("0 GB", allowingZero: true).value == 0)
  }

  @Test("A minus sign is refused, before zero too", arguments: ["-0 GB", "-3 GB", "\u{2212}3 GB", "-0.0 GB"])
  func negative(text: String) {
    #expect(error(text, ByteUnit.self) == .negative(text))
    #expect(error(text, ByteUnit.self, allowingZero: true) == .negative(text))
  }

  @Test(
    "Digits are not grouped, and the help shows how to write them",
    arguments: [
      ("1,000 GB", "write the digits together: 1000 GB"), ("1_000 GB", "write the digits together: 1000 GB"),
      ("1,000,000 GB", "write the digits together: 1000000 GB"), ("2,9 TB", "use a decimal point: 2.9 TB"),
    ])
  func separators(text: String, help: String) {
    #expect(error(text, ByteUnit.self) == .separators(text, suggestion: help))
  }

  @Test("A missing unit is asked for, with the units there are") func missingUnit() {
    let found = error("3.35", ByteRateUnit.self)
    #expect(found?.message == "'3.35' has no unit, and byte rate is due here")
    #expect(found?.help == "add a unit: B/s, kB/s, MB/s, GB/s, TB/s, PB/s")
  }

  @Test(
    "An amount where a rate is due, or the reverse, is named and mended",
    arguments: [
      ("3.35 TB", "did you mean '3.35 TB/s'?"),
      ("5 s", "use a unit of byte rate: B/s, kB/s, MB/s, GB/s, TB/s, PB/s"),
    ])
  func wrongDimension(text: String, help: String) {
    let found = error(text, ByteRateUnit.self)
    #expect(found?.help == help)
    #expect(found?.message.contains("byte rate is due here") == true)
  }

  @Test("A rate where an amount is due is mended by leaving out /s") func rateForAmount() {
    #expect(error("96 GB/s", ByteUnit.self)?.help == "did you mean '96 GB'?")
    #expect(error("667 TFLOP", FLOPRateUnit.self)?.help == "did you mean '667 TFLOP/s'?")
  }

  @Test(
    "A slip in a unit's case or letters is suggested",
    arguments: [
      ("3 tb/s", "did you mean '3 TB/s'?"), ("3 tb", "did you mean '3 TB/s'?"),
      ("3 TB/sec", "did you mean '3 TB/s'?"),
    ])
  func unitSlips(text: String, help: String) {
    #expect(error(text, ByteRateUnit.self)?.help == help)
  }

  @Test("TFLOPS, which may be an amount or a rate, is not guessed but suggested") func flops() {
    #expect(error("667 TFLOPS", FLOPRateUnit.self)?.help == "did you mean '667 TFLOP/s'?")
  }

  @Test("A small b could be bits or bytes, so both are offered") func bits() {
    #expect(
      error("100 Gb/s", ByteRateUnit.self)?.help == "did you mean '100 Gbit/s' (bits) or '100 GB/s' (bytes)?")
  }

  @Test("A unit that is like no other gets the list") func unknownUnit() {
    let found = error("3 furlongs", SecondUnit.self)
    #expect(found?.message == "'furlongs' in '3 furlongs' is not a unit of time")
    #expect(found?.help == "use one of: ns, µs, ms, s, min, h, d")
  }

  @Test(
    "Texts without a number say so",
    arguments: ["GB", "abc", ".5 GB", "5. GB", "½ GB", "٣ GB", "--3 GB", "$"])
  func notANumber(text: String) {
    guard case .notANumber? = error(text, ByteUnit.self) else {
      Issue.record("\(text): \(String(describing: error(text, ByteUnit.self)))")
      return
    }
  }

  @Test("An empty text is answered with an example", arguments: ["", "   ", "\n"]) func empty(text: String) {
    #expect(error(text, ByteUnit.self) == .empty(dimension: "bytes", example: "2 PB"))
  }

  @Test("Messages repeat no control characters and no endless text") func hostileText() {
    let long = error("7 \u{1B}[2J" + String(repeating: "x", count: 10_000), ByteUnit.self)
    #expect(long?.message.contains("\u{1B}") == false)
    #expect((long?.message.count ?? .max) < 200)
  }

  @Test("Random texts give an amount above zero or an error with help") func fuzz() {
    var random = SplitMix64(seed: 0x7A1)
    let alphabet = Array("0123456789.eE+-_, $kMGTPBbits/FLOhdnaNµ\t½−'")
    for _ in 0..<20_000 {
      let text = String(
        (0..<Int(random.next() % 12)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
      do {
        let value = try ByteRate.parse(text).value
        #expect(value > 0 && value.isFinite, "\(text)")
      } catch {
        #expect(!error.message.isEmpty && !error.help.isEmpty, "\(text)")
      }
    }
  }
}
