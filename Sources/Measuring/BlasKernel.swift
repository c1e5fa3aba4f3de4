/// Whether the kernels that OpenBLAS chose are made for the processor they run on.
///
/// It chooses by a list of processors. One that is younger than the list, or whose virtual machine hides what it is, gets the
/// kernels of an old one, without a word: Prescott's SSE on a processor with AVX-512. Nothing here is measured: instruction
/// sets are compared.
public enum BlasKernel {
  public enum Verdict: Equatable, Sendable {
    case suits
    /// They leave the processor's widest instructions unused.
    case tooNarrow(uses: String, has: String, better: String)
    /// They use instructions that the processor lacks: a product would end the program.
    case tooWide(uses: String)
    /// The processor or the kernels are not known here, and so nothing is said.
    case unknown
  }

  /// Instructions that products are made of, the wider the later.
  private enum Level: Int, Comparable {
    case sse, avx, avx2, avx512
    case generic, neon, sve
    static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }

    var words: String {
      switch self {
      case .sse: "SSE, 16 bytes at a time"
      case .avx: "AVX, 32 bytes at a time"
      case .avx2: "AVX2 with FMA, 32 bytes at a time"
      case .avx512: "AVX-512, 64 bytes at a time"
      case .generic: "plain ARMv8 for no processor in particular"
      case .neon: "NEON, 16 bytes at a time"
      case .sve: "SVE"
      }
    }

    /// Kernels for this level that OpenBLAS has had for longest.
    var core: String {
      switch self {
      case .sse: "Nehalem"
      case .avx: "Sandybridge"
      case .avx2: "Haswell"
      case .avx512: "SkylakeX"
      case .generic: "ARMV8"
      case .neon: "NEOVERSEN1"
      case .sve: "NEOVERSEV1"
      }
    }
  }

  /// - Parameters:
  ///   - core: as OpenBLAS names its kernels, in large or small letters.
  ///   - flags: what the processor can do, in the words of /proc/cpuinfo.
  public static func verdict(core: String, flags: Set<String>) -> Verdict {
    guard let has = level(flags), let uses = level(core.lowercased()), isX86(has) == isX86(uses) else {
      return .unknown
    }
    if uses < has {
      // The registers of SVE2 processors are as long as NEON's but for the first ones with SVE alone, and NEON's kernels
      // are good ones there.
      if uses == .neon, has == .sve, flags.contains("sve2") { return .suits }
      let better = has == .sve && flags.contains("sve2") ? "NEOVERSEN2" : has.core
      return .tooNarrow(uses: uses.words, has: has.words, better: better)
    }
    return uses > has ? .tooWide(uses: uses.words) : .suits
  }

  private static func isX86(_ level: Level) -> Bool { level <= .avx512 }

  /// What a processor can do. AVX-512 kernels need the four parts that Skylake's servers began with.
  private static func level(_ flags: Set<String>) -> Level? {
    if flags.contains("sse2") {
      if flags.isSuperset(of: ["avx512f", "avx512bw", "avx512dq", "avx512vl"]) { return .avx512 }
      if flags.isSuperset(of: ["avx2", "fma"]) { return .avx2 }
      return flags.contains("avx") ? .avx : .sse
    }
    guard flags.contains("asimd") else { return nil }
    if flags.contains("sve") { return .sve }
    // With the dot products of ARMv8.2 it is a server's core or a late one, for which there are kernels of its own.
    return flags.contains("asimddp") ? .neon : .generic
  }

  /// Names as in driver/others/dynamic.c and dynamic_arm64.c of OpenBLAS 0.3.5 to 0.3.29.
  private static func level(_ core: String) -> Level? {
    switch core {
    case "katmai", "coppermine", "northwood", "prescott", "banias", "atom", "core2", "penryn", "dunnington", "nehalem",
      "athlon", "opteron", "opteron_sse3", "barcelona", "bobcat", "nano":
      .sse
    case "sandybridge", "bulldozer", "piledriver", "steamroller": .avx
    case "haswell", "zen", "excavator": .avx2
    case "skylakex", "cooperlake", "sapphirerapids": .avx512
    case "armv8": .generic
    case "cortexa53", "cortexa55", "cortexa57", "cortexa72", "cortexa73", "cortexa76", "cortexx1", "falkor", "thunderx",
      "thunderx2t99", "thunderx3t110", "tsv110", "emag8180", "ampere1", "ft2000", "vortex", "neoversen1":
      .neon
    case "neoversev1", "neoversen2", "neoversev2", "armv8sve", "a64fx", "cortexa510", "cortexa710", "cortexx2": .sve
    default: nil
    }
  }
}

extension BlasKernel.Verdict {
  /// Whether a profile measured with such kernels says something of the processor.
  public var isSound: Bool { self == .suits || self == .unknown }
}

extension Facts {
  public var kernelVerdict: BlasKernel.Verdict { BlasKernel.verdict(core: blasCore, flags: Set(flags ?? [])) }

  /// What is wrong with the kernels, and what would put it right; nil where nothing is.
  public var kernelProblem: (message: String, help: String)? {
    switch kernelVerdict {
    case .suits, .unknown: return nil
    case .tooNarrow(let uses, let has, let better):
      return (
        "OpenBLAS multiplies with its kernels for \(blasCore) (\(uses)), but this processor has \(has): it can do several "
          + "times as much",
        help(better)
      )
    case .tooWide(let uses):
      return (
        "OpenBLAS would multiply with its kernels for \(blasCore) (\(uses)), which this processor lacks",
        variables["OPENBLAS_CORETYPE"] == nil ? "use an OpenBLAS built for this processor" : "unset OPENBLAS_CORETYPE"
      )
    }
  }

  private func help(_ better: String) -> String {
    guard blasBuild.contains("DYNAMIC_ARCH") else {
      return
        "this OpenBLAS was built for \(blasCore) alone: use one built with DYNAMIC_ARCH=1, as distributions have it"
    }
    let how = variables["OPENBLAS_CORETYPE"].map { "OPENBLAS_CORETYPE=\($0) is set: unset it, or set" } ?? "set"
    return "\(how) OPENBLAS_CORETYPE=\(better), here and where you train"
  }
}
