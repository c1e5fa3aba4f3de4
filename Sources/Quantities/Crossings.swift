// Where one dimension becomes another. Each crossing has a name, so a reader sees what is meant.

extension Quantity where U == ByteUnit {
  /// How long these bytes take at a rate.
  @inlinable public func time(at rate: ByteRate) -> Seconds { Seconds(value / rate.value) }
}

extension Quantity where U == FLOPUnit {
  /// How long this work takes at a rate.
  @inlinable public func time(at rate: FLOPRate) -> Seconds { Seconds(value / rate.value) }
  /// The rate at which this work is done in a time.
  @inlinable public func rate(over time: Seconds) -> FLOPRate { FLOPRate(value / time.value) }
}

extension Quantity where U == DollarRateUnit {
  /// What a price per time costs over a time.
  @inlinable public func cost(over time: Seconds) -> Dollars { Dollars(value * time.value) }
  /// The price as it is quoted, in US dollars per hour.
  @inlinable public var perHour: Double { value * 3600 }
  @inlinable public init(perHour dollars: Double) { self.init(dollars / 3600) }
}

extension Quantity where U == WattUnit {
  /// What running this power costs per time.
  @inlinable public func cost(at price: EnergyPrice) -> DollarRate { DollarRate(value * price.value) }
  /// The energy a power draws over a time.
  @inlinable public func energy(over time: Seconds) -> Joules { Joules(value * time.value) }
}

extension Quantity where U == CountUnit {
  /// How long a count takes at a rate.
  @inlinable public func time(at rate: CountRate) -> Seconds { Seconds(value / rate.value) }
}

extension Quantity where U == JouleUnit {
  /// What a grid gives off for this energy.
  @inlinable public func emissions(at intensity: CarbonIntensity) -> Kilograms { Kilograms(value * intensity.value) }
  /// What this energy costs.
  @inlinable public func cost(at price: EnergyPrice) -> Dollars { Dollars(value * price.value) }
}

extension Quantity where U == EventRateUnit {
  /// Events an hour.
  @inlinable public var perHour: Double { value * 3600 }
  @inlinable public init(perHour events: Double) { self.init(events / 3600) }
}

extension Quantity where U == CarbonIntensityUnit {
  /// The intensity as it is quoted, in kilograms per kilowatt-hour.
  @inlinable public var perKilowattHour: Double { value * 3.6e6 }
  @inlinable public init(perKilowattHour kilograms: Double) { self.init(kilograms / 3.6e6) }
}

extension Quantity where U == EnergyPriceUnit {
  @inlinable public init(perKilowattHour dollars: Double) { self.init(dollars / 3.6e6) }
}
