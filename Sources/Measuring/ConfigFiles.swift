/// A measured machine as the files that every other command reads (docs/Files.md): chip, instance, software, efficiency.
public struct ConfigFiles {
  public var path: String
  public var text: String

  /// Paths are below the folder that `--configs` names.
  public static func of(_ profile: Profile) -> [ConfigFiles] {
    let facts = profile.measurement.facts, host = facts.host
    return [
      ConfigFiles(path: "chips/\(host).yaml", text: chip(profile)),
      ConfigFiles(path: "instances/\(host).yaml", text: instance(profile)),
      ConfigFiles(path: "stacks/\(stackName).yaml", text: stack(profile)),
      ConfigFiles(path: "efficiency/\(host).\(stackName).yaml", text: efficiency(profile)),
    ]
  }

  public static let stackName = "openblas-c"

  private static func head(_ kind: String, _ profile: Profile, _ summary: String) -> String {
    let m = profile.measurement
    return """
      kind: \(kind)
      version: 2
      source: \(quoted("trainfare measure\(m.isQuick ? " --quick" : "") on \(m.facts.host), \(m.facts.blasBuild)"))
      retrieved: \(m.date)
      summary: \(quoted(summary))

      """
  }

  private static func chip(_ profile: Profile) -> String {
    let m = profile.measurement, facts = m.facts, most = m.threads.last ?? 1
    let name = facts.processor ?? "a processor that does not tell its name"
    var text = head("chip", profile, "\(name), \(most) threads, as measured")
    text += """
      note: Peaks are the fastest products measured, not what the clock allows.\(kernels(facts))
      vendor: \(quoted(name.split(separator: " ").first.map(String.init) ?? "unknown"))
      class: cpu
      architecture: cpu
      # Of the measurement: when the processor was released is not known here.
      released: \(m.date.prefix(4))
      devices_per_chip: 1
      peak:

      """
    let rates = [("fp64", Work.Routine.doubleProduct), ("fp32", .product), ("bf16", .bf16Product)]
    for (type, routine) in rates {
      if let rate = m.bestRate(routine) { text += "  \(type): \(digits(rate / 1e9)) GFLOP/s\n" }
    }
    text += """
      memory_capacity: \(digits(facts.memoryBytes / 1_073_741_824)) GiB
      memory_bandwidth: \(digits(m.bandwidth / 1e9)) GB/s

      """
    if let cache = facts.lastLevelCacheBytes { text += "on_chip_memory: \(digits(cache / 1_048_576)) MiB\n" }
    text += """
      # Block of outputs that a core holds in registers in OpenBLAS's fp32 kernels for AVX-512.
      matrix_tile_rows: \(OperatorModel.tileRows)
      matrix_tile_columns: \(OperatorModel.tileColumns)
      matrix_units: \(most)

      """
    return text
  }

  /// A profile that was measured by force says so.
  private static func kernels(_ facts: Facts) -> String {
    facts.kernelVerdict.isSound ? "" : " OpenBLAS had kernels for \(facts.blasCore), which do not suit the processor."
  }

  private static func instance(_ profile: Profile) -> String {
    let facts = profile.measurement.facts
    return head("instance", profile, "The machine that was measured") + """
      provider: reference
      chip: \(facts.host)
      chips: 1
      host:
        cpu: \(quoted(facts.processor ?? "unknown"))
        vcpus: \(facts.processors)
        memory: \(digits(facts.memoryBytes / 1_073_741_824)) GiB

      """
  }

  private static func stack(_ profile: Profile) -> String {
    head("stack", profile, "Trainfare's own training step: C over OpenBLAS, fp32, one process") + """
      attention: unfused
      gradient_type: fp32
      sequence_parallel: false
      context_parallel: false
      pipeline: false
      interleaving: false
      zero_stages: [0]
      recompute: [none]

      """
  }

  private static func efficiency(_ profile: Profile) -> String {
    let m = profile.measurement, most = m.threads.last ?? 1
    let products = profile.family(.product, threads: most)
    // Of the fastest product in any number of threads, as the chip's file has it.
    let own = m.bestRate(.product, threads: most) ?? 1
    let gemm = fraction(products.map { $0.value(.gemmFraction) * own / (m.bestRate(.product) ?? own) })
    let depth = max(1, Int((products?.value(.gemmDepthHalf) ?? 1).rounded()))
    let launch = max(1e-9, products?.value(.launch) ?? 1e-6)
    let attention = profile.attentionFractions(threads: most)
    func memory(_ routines: [Work.Routine]) -> String { fraction(profile.memoryFraction(routines)) }
    var text = head("efficiency", profile, "\(m.facts.host) with C over OpenBLAS, fitted to its own measurement")
    if let products { text += comment(products) }
    text += """
      chip: \(m.facts.host)
      stack: \(stackName)
      default: true
      status: fitted
      fitted: \(m.date)
      gemm_32bit: \(gemm)
      gemm_depth_half: \(depth)
      # The model's tiles are counted in full here.
      tile_loss: 1
      # Of products, softmax and values of one head, 256 tokens by 64.
      attention_forward: \(fraction(attention.forward))
      attention_backward: \(fraction(attention.backward))
      attention_length_half: 0
      gemm_batched: \(fraction(attention.products))
      misaligned: 1
      # At the largest sizes measured; passes whose data still is in the cache are faster, and are written as 1.
      elementwise: \(memory([.addBias, .gelu, .geluBack]))
      normalization: \(memory([.normalize, .normalizeBack]))
      softmax: \(memory([.softmax, .softmaxBack, .crossEntropy]))
      optimizer: \(memory([.adamw]))
      launch_time: \(digits(launch * 1e6)) us
      # Types without a rate in the chip's file, casts between them, and links that one device has not: never used.
      gemm_16bit: \(gemm)
      gemm_fp8: 1
      gemm_mxfp8: 1
      gemm_fp4: 1
      cast_passes: 1
      device_link: 1
      scale_up: 1
      scale_out: 1
      scale_up_latency: 1
      scale_out_latency: 1
      tensor_overlap: 0
      tensor_forward_overlap: 0
      data_overlap: 0
      shard_overlap: 0
      context_overlap: 0
      pipeline_overlap: 0
      contention: 0
      host_per_rank: 0
      send_time: 0 us
      straggling: 0
      # Nothing but what is counted: calls of C, no host that launches.
      softmax_passes: 0
      host_forward: 0 us
      host_backward: 0 us
      host_softmax: 0
      micro_batch_time: 0 us
      step_time: 0 us
      # Assumed: operating system and program.
      memory_reserve: 512 MiB

      """
    return text
  }

  /// Logarithms' covariance, until efficiency files have a place for it.
  private static func comment(_ family: Family) -> String {
    let names = family.model.parameters.map(\.rawValue), count = names.count
    var text = "# Covariance of the logarithms of \(names.joined(separator: ", ")):\n"
    for i in 0..<count {
      let row = (0..<count).map { digits(family.covariance[i * count + $0], 3) }
      text += "#   \(row.joined(separator: "  "))\n"
    }
    return text
  }

  /// Between what a file may say: above 0, at most 1.
  private static func fraction(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "1" }
    return digits(max(1e-6, min(1, value)))
  }

  private static func quoted(_ text: String) -> String {
    "\""
      + text.filter { !$0.isNewline && $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } }
      .replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// Plain decimal digits, as few as keep so many significant ones.
  private static func digits(_ value: Double, _ count: Int = 4) -> String {
    guard value.isFinite, value != 0 else { return "0" }
    var scale = 1.0
    while abs(value) * scale < 1000, scale < 1e12 { scale *= 10 }
    let rounded = count < 4 ? (value * scale / 10).rounded() * 10 : (value * scale).rounded()
    let text = (rounded / scale).description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
