// The units of the field. GB is 10⁹ bytes and GiB 2³⁰; FLOP is an amount and FLOP/s a rate; bit rates
// (Gbit/s, Gbps) are accepted where byte rates are due, since networks are sold by the bit.

public enum SecondUnit: Unit {
  public static let dimension = "time"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("s", 1), ("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("μs", 1e-6), ("ns", 1e-9),
    ("min", 60), ("h", 3600), ("d", 86400), ("days", 86400), ("day", 86400), ("hours", 3600), ("hour", 3600),
    ("weeks", 604_800), ("week", 604_800), ("years", 31_536_000), ("year", 31_536_000),
  ]
}

public enum ByteUnit: Unit {
  public static let dimension = "bytes"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("B", 1), ("kB", 1e3), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("PB", 1e15),
    ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776),
    ("PiB", 1_125_899_906_842_624),
  ]
}

public enum ByteRateUnit: Unit {
  public static let dimension = "byte rate"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("B/s", 1), ("kB/s", 1e3), ("KB/s", 1e3), ("MB/s", 1e6), ("GB/s", 1e9), ("TB/s", 1e12), ("PB/s", 1e15),
    ("MiB/s", 1_048_576), ("GiB/s", 1_073_741_824), ("TiB/s", 1_099_511_627_776),
    ("Mbit/s", 1.25e5), ("Gbit/s", 1.25e8), ("Tbit/s", 1.25e11),
    ("Mbps", 1.25e5), ("Gbps", 1.25e8), ("Tbps", 1.25e11),
  ]
}

public enum FLOPUnit: Unit {
  public static let dimension = "floating-point operations"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("FLOP", 1), ("MFLOP", 1e6), ("GFLOP", 1e9), ("TFLOP", 1e12), ("PFLOP", 1e15), ("EFLOP", 1e18),
    ("ZFLOP", 1e21), ("YFLOP", 1e24),
  ]
}

public enum FLOPRateUnit: Unit {
  public static let dimension = "floating-point rate"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("FLOP/s", 1), ("MFLOP/s", 1e6), ("GFLOP/s", 1e9), ("TFLOP/s", 1e12), ("PFLOP/s", 1e15),
    ("EFLOP/s", 1e18),
  ]
}

public enum DollarUnit: Unit {
  public static let dimension = "US dollars"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("USD", 1), ("$", 1), ("k$", 1e3), ("M$", 1e6), ("B$", 1e9), ("T$", 1e12),
    ("kUSD", 1e3), ("MUSD", 1e6), ("BUSD", 1e9),
  ]
}

public enum DollarRateUnit: Unit {
  public static let dimension = "US dollars per time"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("USD/h", 1.0 / 3600), ("$/h", 1.0 / 3600), ("USD/d", 1.0 / 86400), ("$/d", 1.0 / 86400),
    ("USD/year", 1.0 / 31_536_000), ("$/year", 1.0 / 31_536_000),
  ]
}

public enum WattUnit: Unit {
  public static let dimension = "power"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("W", 1), ("kW", 1e3), ("MW", 1e6), ("GW", 1e9),
  ]
}

public enum JouleUnit: Unit {
  public static let dimension = "energy"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("J", 1), ("kJ", 1e3), ("MJ", 1e6), ("GJ", 1e9), ("Wh", 3600), ("kWh", 3.6e6), ("MWh", 3.6e9),
    ("GWh", 3.6e12),
  ]
}

public enum EnergyPriceUnit: Unit {
  public static let dimension = "US dollars per energy"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("$/kWh", 1 / 3.6e6), ("USD/kWh", 1 / 3.6e6), ("$/MWh", 1 / 3.6e9), ("USD/MWh", 1 / 3.6e9),
    // A month is a twelfth of 8,760 hours.
    ("$/kW-month", 1 / 2.628e9), ("USD/kW-month", 1 / 2.628e9),
  ]
}

public enum HertzUnit: Unit {
  public static let dimension = "frequency"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("Hz", 1), ("kHz", 1e3), ("MHz", 1e6), ("GHz", 1e9),
  ]
}

/// Plain counts (tokens, parameters, operations per second): `15 T`, `8.03 B`, `260 k`.
public enum CountUnit: Unit {
  public static let dimension = "count"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("", 1), ("k", 1e3), ("K", 1e3), ("M", 1e6), ("B", 1e9), ("G", 1e9), ("T", 1e12),
  ]
}

public enum CountRateUnit: Unit {
  public static let dimension = "count per time"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("/s", 1), ("k/s", 1e3), ("M/s", 1e6), ("B/s", 1e9),
  ]
}

/// Failures, interruptions: how often something happens.
public enum EventRateUnit: Unit {
  public static let dimension = "events per time"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("/year", 1.0 / 31_536_000), ("/month", 1.0 / 2_628_000), ("/week", 1.0 / 604_800), ("/d", 1.0 / 86400),
    ("/day", 1.0 / 86400), ("/h", 1.0 / 3600), ("/hour", 1.0 / 3600), ("/min", 1.0 / 60), ("/s", 1),
  ]
}

/// How much CO2 (and what warms as much) a grid gives off for its energy.
public enum CarbonIntensityUnit: Unit {
  public static let dimension = "mass per energy"
  public static let spellings: [(symbol: String, scale: Double)] = [
    ("kg/kWh", 1 / 3.6e6), ("g/kWh", 1 / 3.6e9), ("kg/MWh", 1 / 3.6e9), ("lb/MWh", 0.453_592_37 / 3.6e9),
  ]
}

public enum KilogramUnit: Unit {
  public static let dimension = "mass"
  public static let spellings: [(symbol: String, scale: Double)] = [("g", 1e-3), ("kg", 1), ("t", 1e3), ("kt", 1e6)]
}

public typealias Seconds = Quantity<SecondUnit>
public typealias Bytes = Quantity<ByteUnit>
public typealias ByteRate = Quantity<ByteRateUnit>
public typealias FLOPs = Quantity<FLOPUnit>
public typealias FLOPRate = Quantity<FLOPRateUnit>
public typealias Dollars = Quantity<DollarUnit>
public typealias DollarRate = Quantity<DollarRateUnit>
public typealias Watts = Quantity<WattUnit>
public typealias Joules = Quantity<JouleUnit>
public typealias EnergyPrice = Quantity<EnergyPriceUnit>
public typealias Count = Quantity<CountUnit>
public typealias CountRate = Quantity<CountRateUnit>
public typealias EventRate = Quantity<EventRateUnit>
public typealias CarbonIntensity = Quantity<CarbonIntensityUnit>
public typealias Kilograms = Quantity<KilogramUnit>
