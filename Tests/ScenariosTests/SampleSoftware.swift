@testable import Scenarios

/// Of software, and of what is believed and known of what it reaches.
extension Samples {
  static let stack = """
    kind: stack
    version: 1
    source: a manual
    retrieved: 2026-01-31
    summary: a stack
    attention: fused
    gradient_type: fp32
    sequence_parallel: true
    context_parallel: true
    pipeline: true
    interleaving: true
    zero_stages: [0, 1, 3]
    recompute: [none, full]
    family: kin
    reduce_type: bf16
    sharded_reduce_type: fp32
    softmax_rows: 4
    softmax_length: 2048
    wide_products: bf16
    compile_time: 12 min
    compile_time_cached: 20 s
    host_update: 0.3 ns
    waited_for: [tensor, data]
    dual_pipe: false

    """

  static let efficiency = """
    kind: efficiency
    version: 1
    source: a guess
    retrieved: 2026-01-31
    summary: a profile
    chip: c1
    stack: s1
    default: true
    status: fitted
    memory_reserve: 2 GiB
    rows: 12
    data: runs.csv
    fitted: 2026-02-03
    gemm_16bit: 0.8
    gemm_fp8: 0.7
    gemm_mxfp8: 0.65
    gemm_fp4: 0.5
    gemm_32bit: 0.75
    gemm_batched: 0.6
    gemm_grouped: 0.55
    scan: 0.35
    misaligned: 0.3
    tile_loss: 0.4
    gemm_depth_half: 512
    attention_forward: 0.5
    attention_backward: 0.4
    attention_older: 0.65
    attention_length_half: 300
    elementwise: 0.8
    normalization: 0.7
    softmax: 0.6
    optimizer: 0.9
    cast_passes: 1.5
    softmax_passes: 2.5
    launch_time: 5 us
    device_link: 0.85
    scale_up: 0.75
    scale_out: 0.65
    scale_up_latency: 2
    scale_out_latency: 1.25
    scale_up_wait: 30 us
    scale_out_wait: 200 us
    link_exchange: 0.7
    efa_exchange: 0.5
    tensor_overlap: 0
    tensor_forward_overlap: 0.1
    data_overlap: 1
    shard_overlap: 0.9
    context_overlap: 0.25
    pipeline_overlap: 0.5
    exchange_overlap: 0.35
    contention: 0.1
    host_forward: 300 us
    host_backward: 0.45 ms
    host_per_rank: 0.02
    host_softmax: 0.1
    host_experts: 0.15
    micro_batch_time: 1 ms
    step_time: 20 ms
    step_growth: 0.5
    send_time: 0 s
    idling: 0.04
    straggling: 0.01

    """

  /// Every parameter in one line: the population's value and spread, and one offset.
  static let priors = """
    kind: priors
    version: 1
    source: a belief
    retrieved: 2026-01-31
    summary: what is believed
    population: {\(population.joined(separator: ", "))}
    architectures: {trainium: {host_forward: {value: 50 us, spread: 1}}}
    chips: {c1: {gemm_16bit: {value: 0.9, spread: 0.2, source: a measurement}}}
    default_stacks: {c1: s1}
    memory_reserves: {trainium: 1.5 GiB, c1: 2 GiB}
    memory_spreads: {trainium: 0.1, c1: 0.2}
    unexplained: {core: 0.05, freedom: 3, note: a guess}
    likeness: {lengths: {tensor: 2}, spreads: {team: 0.3}, note: x}

    """

  private static var population: [String] {
    EfficiencyParameter.allCases.map { parameter in
      let value = parameter.scale == .seconds ? "1 ms" : "0.5"
      return
        "\(parameter.key): {value: \(value), population: 0.3, architecture: 0.2, chip: 0.1, family: 0.2, stack: 0.1}"
    }
  }

  static let posterior = """
    kind: posterior
    version: 1
    source: trainfare calibrate
    retrieved: 2026-01-31
    summary: what is known
    rows: 12
    data: 0123456789abcdef
    likeness: {spreads: {team: 0.2}}
    elements: "gemm_16bit population 1.1 0.2"
    factor: "1"

    """
}
