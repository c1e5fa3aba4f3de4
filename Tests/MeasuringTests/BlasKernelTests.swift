import Testing

@testable import Measuring

/// OpenBLAS's choice of kernels against what a processor can do.
@Suite struct BlasKernelTests {
  private static let avx2: Set<String> = ["fpu", "sse2", "avx", "avx2", "fma"]
  private static let avx512 = avx2.union(["avx512f", "avx512bw", "avx512dq", "avx512vl"])
  private static let arm: Set<String> = ["fp", "asimd", "atomics", "asimddp"]
  private static let sve = arm.union(["sve", "bf16"])
  private static let sve2 = sve.union(["sve2"])

  @Test(
    "Kernels as wide as the processor suit, in large or small letters",
    arguments: [
      ("Prescott", ["sse2"]), ("SANDYBRIDGE", ["sse2", "avx"]), ("Haswell", Array(avx2)), ("Zen", Array(avx2)),
      ("SkylakeX", Array(avx512)), ("cooperlake", Array(avx512)), ("SapphireRapids", Array(avx512)),
      // Graviton1, 2, 3 and 4.
      ("armv8", ["fp", "asimd"]), ("cortexa72", Array(arm)), ("NEOVERSEN1", Array(arm)), ("neoversev1", Array(sve)),
      ("ARMV8SVE", Array(sve)), ("NEOVERSEN2", Array(sve2)), ("NEOVERSEV2", Array(sve2)), ("NEOVERSEV1", Array(sve2)),
      // SVE2 registers are as long as NEON's.
      ("NEOVERSEN1", Array(sve2)),
    ])
  func suits(_ core: String, _ flags: [String]) {
    #expect(BlasKernel.verdict(core: core, flags: Set(flags)) == .suits)
  }

  @Test(
    "Narrower kernels are told with those to choose",
    arguments: [
      ("Prescott", Array(avx512), "SkylakeX"), ("Haswell", Array(avx512), "SkylakeX"),
      ("Zen", Array(avx512), "SkylakeX"),
      ("Prescott", Array(avx2), "Haswell"), ("Nehalem", Array(avx2), "Haswell"),
      ("Sandybridge", Array(avx2), "Haswell"),
      ("Core2", ["sse2", "avx"], "Sandybridge"), ("armv8", Array(arm), "NEOVERSEN1"),
      ("ARMV8", Array(sve), "NEOVERSEV1"), ("neoversen1", Array(sve), "NEOVERSEV1"),
      ("armv8", Array(sve2), "NEOVERSEN2"),
    ])
  func narrow(_ core: String, _ flags: [String], _ better: String) {
    let verdict = BlasKernel.verdict(core: core, flags: Set(flags))
    guard case .tooNarrow(_, _, let told) = verdict else {
      Issue.record("\(core): \(verdict)")
      return
    }
    #expect(told == better && !verdict.isSound)
    // What is advised suits, so that following the advice ends it.
    #expect(BlasKernel.verdict(core: told, flags: Set(flags)) == .suits)
  }

  @Test("Kernels that the processor cannot run are told, and of what is not known nothing is said")
  func others() {
    for (core, flags) in [("SkylakeX", Self.avx2), ("Haswell", ["sse2"]), ("NEOVERSEV1", Self.arm)] {
      guard case .tooWide = BlasKernel.verdict(core: core, flags: flags) else {
        Issue.record("\(core)")
        continue
      }
    }
    // Half of AVX-512, as on Xeon Phi, is no Skylake.
    #expect(BlasKernel.verdict(core: "Haswell", flags: Self.avx2.union(["avx512f"])) == .suits)
    for (core, flags) in [
      ("Madeup", Self.avx2), ("Haswell", []), ("POWER9", ["x"]), ("Haswell", Self.arm), ("", Self.sve),
    ] {
      #expect(BlasKernel.verdict(core: core, flags: flags) == .unknown, "\(core)")
    }
  }

  private func facts(_ core: String, _ flags: Set<String>, coretype: String? = nil, build: String = "DYNAMIC_ARCH")
    -> Facts
  {
    var facts = Facts.read()
    (facts.blasCore, facts.flags, facts.blasBuild, facts.load) = (core, flags.sorted(), "OpenBLAS 0.3.21 \(build)", 0)
    facts.variables = coretype.map { ["OPENBLAS_CORETYPE": $0] } ?? [:]
    return facts
  }

  @Test("The advice is never the reverse of what would help")
  func advice() throws {
    // Its own choice is the wrong one: the variable is to be set.
    let chosen = try #require(facts("Prescott", Self.avx512).kernelProblem)
    #expect(chosen.message.contains("Prescott (SSE") && chosen.message.contains("AVX-512"))
    #expect(chosen.help == "set OPENBLAS_CORETYPE=SkylakeX, here and where you train")
    // The variable is what is wrong.
    let set = facts("Prescott", Self.avx2, coretype: "Prescott")
    #expect(set.kernelProblem?.help.contains("OPENBLAS_CORETYPE=Prescott is set: unset it, or set") == true)
    #expect(set.warnings.isEmpty)
    // The variable is what puts it right: nobody is told to unset it.
    let right = facts("SkylakeX", Self.avx512, coretype: "SkylakeX")
    #expect(right.kernelProblem == nil && right.warnings.count == 1)
    #expect(right.warnings.allSatisfy { !$0.contains("unset") && $0.contains("where you train, too") })
    // A name that OpenBLAS does not know is passed over.
    #expect(facts("Zen", Self.avx2, coretype: "Zen9").warnings.first?.contains("took its kernels for Zen") == true)
    // Without a choice of kernels the variable does nothing.
    #expect(facts("NEHALEM", Self.avx2, build: "NEHALEM").kernelProblem?.help.contains("DYNAMIC_ARCH=1") == true)
    #expect(facts("SkylakeX", Self.avx2).kernelProblem?.help.contains("built for this processor") == true)
    var silent = facts("Prescott", Self.avx512)
    silent.flags = nil
    #expect(silent.kernelProblem == nil)
  }
}
