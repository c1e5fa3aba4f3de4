import CKernels
import CWorkload

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What is known of this machine without measuring it, and what of its surroundings bears on what is measured.
public struct Facts: Codable, Sendable {
  /// A name that a file can have.
  public var host: String
  /// As the processor calls itself; nil where the system does not tell.
  public var processor: String?
  /// Processors that the system lends us.
  public var processors: Int
  public var memoryBytes: Double
  /// Nil where the system does not tell.
  public var lastLevelCacheBytes: Double?
  /// OpenBLAS's version and build, and the kernels it chose.
  public var blasBuild: String
  public var blasCore: String
  public var hasBF16: Bool
  /// What the processor can do, in the words of /proc/cpuinfo; nil where the system does not tell.
  public var flags: [String]?
  /// Variables that change OpenBLAS's choices, as set.
  public var variables: [String: String]
  /// Mean number of runnable processes over the last minute, ours not yet among them.
  public var load: Double?

  public static func read() -> Facts {
    var load = [0.0]
    let known = getloadavg(&load, 1) == 1
    var variables: [String: String] = [:]
    for name in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"] {
      if let value = getenv(name) { variables[name] = String(cString: value) }
    }
    return Facts(
      host: hostName(), processor: processorName(), processors: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
      memoryBytes: Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE))),
      lastLevelCacheBytes: cacheSize(), blasBuild: String(cString: tw_blas_build()),
      blasCore: String(cString: tw_blas_core()), hasBF16: tw_has_bf16() != 0,
      flags: processorFlags(), variables: variables,
      load: known ? load[0] : nil)
  }

  /// The instruction sets that our own kernels use here; every one gives the same bits.
  public static var kernels: String {
    switch tf_best_level() {
    case TF_AVX512: "AVX-512 (x86-64-v4)"
    case TF_AVX2: "AVX2 (x86-64-v3)"
    default: "what every such processor has"
    }
  }

  /// What a reader must know before believing the numbers.
  public var warnings: [String] {
    var found: [String] = []
    if let value = variables["OPENBLAS_CORETYPE"], kernelProblem == nil {
      let taken = value.lowercased() == blasCore.lowercased()
      let suits = kernelVerdict == .suits ? "these kernels use all that this processor has; " : ""
      found.append(
        "OPENBLAS_CORETYPE=\(value) is set: OpenBLAS "
          + (taken ? "does not choose by itself; " : "took its kernels for \(blasCore) all the same; ")
          + "\(suits)set it where you train, too")
    }
    if let value = variables["OPENBLAS_L2_SIZE"] {
      found.append(
        "OPENBLAS_L2_SIZE=\(value) is set: OpenBLAS does not choose for this processor, which can cost tens of percent; "
          + "unset it unless your training runs have it too")
    }
    if let load, load > 0.5 * Double(processors) {
      let shown = (load * 10).rounded() / 10
      found.append("other processes keep \(shown) of \(processors) processors busy: expect wider spreads")
    }
    return found
  }

  private static func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    gethostname(&buffer, 255)
    let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // Names become names of files, and the domain says nothing of the machine.
    let name = text.prefix { $0 != "." }.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    return name.isEmpty || name.hasPrefix("nitro-") ? "host" + name : name
  }

  /// Bytes of the last-level cache that a processor shares. The C library adds up the caches of a whole socket, most of
  /// which a virtual machine, or one core, never reaches.
  private static func cacheSize() -> Double? {
    guard let file = fopen("/sys/devices/system/cpu/cpu0/cache/index3/size", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 64)
    guard fgets(&line, 64, file) != nil else { return nil }
    // The kernel prints kibibytes: `32768K`.
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return Double(text.prefix { $0.isNumber }).map { $0 * 1024 }
  }

  private static func processorName() -> String? { cpuInfo(["model name"]) }

  /// `flags` of x86, `Features` of Arm.
  private static func processorFlags() -> [String]? {
    cpuInfo(["flags", "Features"])?.split(separator: " ").map(String.init).sorted()
  }

  /// What stands behind the first of these keys that the kernel tells of a processor.
  private static func cpuInfo(_ keys: [String]) -> String? {
    guard let file = fopen("/proc/cpuinfo", "r") else { return nil }
    defer { fclose(file) }
    // Lists of flags are long lines.
    var line = [CChar](repeating: 0, count: 16384)
    while fgets(&line, 16384, file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard let colon = text.firstIndex(of: ":"), keys.contains(where: text.hasPrefix) else { continue }
      return String(text[text.index(after: colon)...].filter { $0 != "\n" }.drop { $0 == " " })
    }
    return nil
  }
}
