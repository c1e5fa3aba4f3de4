import TestSupport
import Testing

@testable import Quantities

@Suite struct FormattingTests {
  @Test(
    "Rates show three significant digits in the unit that suits their size",
    arguments: [
      (2.9e12, "2.9 TB/s"), (3.35e12, "3.35 TB/s"), (5e10, "50 GB/s"), (1.23456e9, "1.23 GB/s"),
      (999.9e9, "1 TB/s"),
      (999.4e9, "999 GB/s"), (12, "12 B/s"), (0, "0 B/s"), (-2e9, "-2 GB/s"), (0.5, "0.5 B/s"),
      (1e18, "1000 PB/s"),
    ])
  func rates(value: Double, text: String) {
    #expect(ByteRate(value).formatted == text)
  }

  private static let giB = 1_073_741_824.0
  private static let sizes: [(Double, String)] = [
    (96 * giB, "96 GiB"), (96e9, "96 GB"), (141e9, "141 GB"), (1536 * giB, "1.5 TiB"),
    (1152 * giB, "1152 GiB"),
    (2048 * giB, "2 TiB"), (16e9, "16 GB"), (64e3, "64 kB"), (183_359 * 1_048_576, "192 GB"),
    (512e6, "512 MB"),
    (24 * 1_048_576, "24 MiB"), (1e12, "1 TB"), (100, "100 B"),
  ]

  @Test("Memory is shown in powers of two where they are exact, else in powers of ten", arguments: sizes)
  func bytes(value: Double, text: String) {
    #expect(Bytes(value).formatted == text)
  }

  @Test(
    "Times go from nanoseconds to days",
    arguments: [
      (1.5e-5, "15 µs"), (3e-9, "3 ns"), (0.25, "250 ms"), (59.99, "1 min"), (5400, "1.5 h"),
      (2_592_000, "30 d"),
    ])
  func times(value: Double, text: String) {
    #expect(Seconds(value).formatted == text)
  }

  @Test(
    "Dollars have the sign first, and cents where they matter",
    arguments: [
      (4.56, "$4.56"), (0.5, "$0.50"), (456, "$456"), (2.351e6, "$2.35 M"), (12_345, "$12.3 k"),
      (1e10, "$10 B"),
      (-3.5, "-$3.50"), (5, "$5"), (99.999, "$100"),
    ])
  func dollars(value: Double, text: String) {
    #expect(Dollars(value).formatted == text)
  }

  @Test("A price per hour is shown to the cent") func perHour() {
    #expect(DollarRate(perHour: 35.7608).formatted == "$35.76/h")
    #expect(DollarRate(perHour: 98).formatted == "$98.00/h")
    #expect(DollarRate(perHour: 0.051).formatted == "$0.05/h")
  }

  @Test(
    "Small whole counts are shown in full, large ones in short",
    arguments: [
      (8192, "8192"), (8.03e9, "8.03 B"), (15e12, "15 T"), (260_000, "260 k"), (1.5, "1.5"), (0, "0"),
    ])
  func counts(value: Double, text: String) {
    #expect(Count(value).formatted == text)
  }

  @Test("Every amount that is shown can be read back to within its three digits") func roundTrip() throws {
    var random = SplitMix64(seed: 3)
    for _ in 0..<2000 {
      let exponent = Double(random.next() % 14) + 1
      var value = Double(random.next() % 9000 + 1000) / 1000
      for _ in 0..<Int(exponent) { value *= 10 }
      #expect(abs(try ByteRate.parse(ByteRate(value).formatted).value / value - 1) < 0.005)
      #expect(abs(try Bytes.parse(Bytes(value).formatted).value / value - 1) < 0.005)
      #expect(abs(try Dollars.parse(Dollars(value).formatted).value / value - 1) < 0.005)
      #expect(abs(try Seconds.parse(Seconds(value).formatted).value / value - 1) < 0.005)
    }
  }

  @Test("Numbers that are none are shown as such instead of crashing") func notFinite() {
    #expect(ByteRate(.nan).formatted == "nan")
    #expect(Bytes(.infinity).formatted == "inf")
    #expect(Count(-.infinity).formatted.contains("inf"))
    #expect(DollarRate(.infinity).formatted.contains("inf"))
  }
}
