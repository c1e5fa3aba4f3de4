import Testing

@testable import Quantities

@Suite struct CrossingTests {
  @Test("Bytes over a rate are a time, work over a time is a rate") func times() {
    #expect(Bytes(6e12).time(at: ByteRate(3e12)).value == 2)
    #expect(FLOPs(6e12).time(at: FLOPRate(3e12)).value == 2)
    #expect(FLOPs(6e12).rate(over: Seconds(2)).value == 3e12)
    #expect(Count(10).time(at: CountRate(5)).value == 2)
  }

  @Test("A price per hour over an hour is that price") func cost() {
    let price = DollarRate(perHour: 36)
    #expect(price.value == 0.01)
    #expect(price.cost(over: Seconds(3600)).value == 36)
    #expect(Watts(1000).energy(over: Seconds(3600)).value == 3.6e6)
  }

  @Test("Amounts of one kind add, scale, compare and divide to a bare ratio") func arithmetic() {
    var sum = Seconds(1) + Seconds(2)
    sum += Seconds(3)
    #expect(sum.value == 6)
    #expect((sum - Seconds(1)).value == 5)
    #expect((2 * sum).value == 12 && (sum * 2).value == 12 && (sum / 2).value == 3)
    #expect(sum / Seconds(3) == 2)
    #expect(Seconds(1) < Seconds(2))
    #expect(Seconds.zero.value == 0)
  }

  @Test("Every spelling that is shown can be read, and sizes grow") func tables() {
    func check<U: Unit>(_ unit: U.Type) {
      for (symbol, scale) in U.display {
        #expect(U.spellings.contains { $0.symbol == symbol && $0.scale == scale }, "\(symbol)")
      }
      #expect(Set(U.spellings.map(\.symbol)).count == U.spellings.count)
      #expect(zip(U.display, U.display.dropFirst()).allSatisfy { $0.scale < $1.scale })
    }
    check(SecondUnit.self)
    check(ByteUnit.self)
    check(ByteRateUnit.self)
    check(FLOPUnit.self)
    check(FLOPRateUnit.self)
    check(DollarUnit.self)
    check(JouleUnit.self)
    check(CountUnit.self)
  }
}
