@testable import Scenarios

/// A small valid file of every kind, with every key that the kind has; one key per line, so that tests can
/// take lines out and change them.
enum Samples {
  static let all: [(file: String, text: String)] = [
    ("chips/c1.yaml", chip), ("chips/nitro-v9.yaml", nitroCard), ("instances/i1.large.yaml", instance),
    ("instances/u1.yaml", group), ("models/m1.yaml", model), ("stacks/s1.yaml", stack),
    ("efficiency/c1.s1.yaml", efficiency), ("jobs/j1.yaml", job), ("prices/p.csv", prices),
    ("ownership/i1.large.yaml", ownership), ("suites/b1.yaml", suite),
    ("measurements/sources.yaml", sources), ("calibration/priors.yaml", priors),
    ("calibration/posterior.yaml", posterior), ("storage/t1.yaml", storage), ("data/d1.yaml", data),
    ("practice/practice.yaml", practice), ("reliability/recovery.yaml", recovery),
    ("reliability/failures.csv", failures), ("regions/grids.csv", grids),
    ("hosts/cpu-a.yaml", hostCPU), ("providers/aws.yaml", provider), ("scaling/l1.yaml", scaling),
    ("budgets/g1.yaml", budget),
  ]

  static let scaling = """
    kind: scaling
    version: 1
    source: a paper
    retrieved: 2026-01-31
    summary: a law
    counts: parameters
    loss: {irreducible: {value: 1.8, error: 0.03}, model_factor: {value: 480}, model_exponent: {value: 0.35}, data_factor: {value: 2000}, data_exponent: {value: 0.36}}
    tokens: {at: 1 YFLOP, amount: 1 T, exponent: 0.5}
    batch: {at: 1 YFLOP, amount: 4 M, exponent: 0.3}
    fitted_to: 10 ZFLOP

    """

  static let budget = """
    kind: budget
    version: 1
    summary: a wish
    dollars: [$1 M, $5 M/year]
    days: 30 d
    on: [i1.large]
    pricing: [list]
    region: us-east-1
    models: [m1]
    laws: [l1]
    sequence_length: 1024
    global_batch: 64
    precision: bf16
    optimizer: adamw
    stack: s1
    input: {data: d1}
    checkpoint: {storage: t1}
    failures: none
    practice: first

    """

  static let storage = """
    kind: storage
    version: 1
    source: a service
    retrieved: 2026-01-31
    summary: a store
    reach: network
    read_bandwidth: 8 GB/s
    write_bandwidth: 4 GB/s
    system_bandwidth: 100 GB/s
    durable: true
    disputed: [not everybody gets that]

    """

  static let provider = """
    kind: provider
    version: 1
    source: a price page
    retrieved: 2026-01-31
    summary: a cloud
    title: AWS
    cloud: true
    grids: true
    home_region: us-east-1
    near_regions: [us-west-2]
    billing: {\(ways.joined(separator: ", "))}
    list: [on-demand, capacity-block]
    data_storage: [t1]
    checkpoint_storage: t1
    slow_network: {kind: ena, called: ENA, lacks: EFA}
    disputed: [nobody asks]

    """

  private static let ways = [
    "on-demand: {portions: none, shortest: 1 min, source: an announcement, retrieved: 2026-02-01, note: by the second}",
    "spot: {portions: [{of: 1 h}], shortest: 2 h}", "reserved-3y: {portions: none, commitment: 3 years}",
    "capacity-block: {portions: [{of: 1 d, up_to: 14 d}, {of: 1 week, up_to: 182 d}], most_instances: 64}",
  ]

  static let data = """
    kind: data
    version: 1
    source: a stopwatch
    retrieved: 2026-01-31
    summary: pictures
    bytes_per_token: 2 B
    bytes_per_sample: 100 kB
    core_time_per_token: 1 ns
    core_time_per_sample: 2 ms
    core_speed: 30 k/s
    disputed: [by another stopwatch]

    """

  static let practice = """
    kind: practice
    version: 1
    source: projects
    retrieved: 2026-01-31
    summary: what teams take
    experienced: {factor: 1.2, spread: 0.1, note: a guess}
    first: {factor: 1.5, spread: 0.3}
    software: {factor: 1.1, spread: 0.1}
    untried: {factor: 1.4, spread: 0.2}

    """

  static let recovery = """
    kind: recovery
    version: 1
    source: a report
    retrieved: 2026-01-31
    summary: after failures
    detection: 1 min
    restart: 5 min
    replacement: 20 min
    hard_share: 0.5
    snapshot_bandwidth: 10 GB/s
    checkpoint_overhead: 100 ms
    write_slowdown: 0
    disputed: [by others]

    """

  static let failures = """
    id,source,architecture,unit,units,hours,failures,left_out,note
    one,a paper,c1,chip,1000,720,14,,
    two,"a paper, later",,instance,100,8760,12,hearsay,no more is told

    """

  static let grids = """
    region,pue,pue_source,kg_per_kwh,kg_per_kwh_source,usd_per_kwh,usd_per_kwh_source,retrieved
    us-east-1,1.15,a report,0.4,an agency,,,2026-01-31

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

  static let chip = """
    kind: chip
    version: 1
    source: a datasheet
    retrieved: 2026-01-31
    summary: a chip
    note: some words
    vendor: Acme
    class: accelerator
    architecture: trainium
    released: 2024
    devices_per_chip: 4
    peak: {bf16: 600 TFLOP/s, fp8: {value: 1200 TFLOP/s, source: a talk, retrieved: 2026-02-01, note: measured}, mxfp8: 1200 TFLOP/s}
    ceiling: {bf16: 550 TFLOP/s}
    memory_capacity: 96 GiB
    memory_bandwidth: 2.9 TB/s
    on_chip_memory: 24 MiB
    matrix_tile_rows: 128
    matrix_tile_columns: 512
    matrix_units: 8
    link: {name: fast, bandwidth: 500 GB/s, latency: 2 us}
    device_link: {name: inner, bandwidth: 1 TB/s}
    host_link: {name: PCIe, bandwidth: 64 GB/s}
    power_max: 500 W
    power_idle: 90 W
    disputed: [one says 3 TB/s]

    """

  static let nitroCard = """
    kind: nitro-card
    version: 1
    source: a page
    retrieved: 2026-01-31
    summary: a card
    generation: 9
    card_bandwidth: 400 Gbit/s
    card_bandwidth_accelerated: 200 Gbit/s
    efa: v4
    latency: {value: 15 us, note: smallest message}
    ebs_bandwidth: 100 Gbit/s
    ebs_iops: 400 k
    encryption: in-line
    hypervisor_share: 0
    features: [encryption, offload]
    disputed: [nothing much]

    """

  static let hostCPU = """
    kind: host-cpu
    version: 1
    source: a benchmark
    retrieved: 2026-01-31
    summary: a processor
    cores: 48
    threads_per_core: 2
    core_speed: 40 k/s
    released: 2023
    disputed: [another says 41 k/s]

    """

  static let instance = """
    kind: instance
    version: 1
    source: a page
    retrieved: 2026-01-31
    summary: an instance
    provider: aws
    released: 2024
    chip: c1
    chips: 16
    sold_in: u1
    host: {cpu: some cpu, vcpus: 192, cores: 96, memory: 2 TiB}
    nitro: nitro-v9
    scale_up: [{name: ring, topology: ring, chips: 4, bandwidth: 1 TB/s, latency: 1 us}, {name: torus, topology: torus-2d, chips: 16}]
    network: {kind: efa, efa: v3, cards: 16, bandwidth: 3200 Gbit/s, burst: 4 Tbit/s}
    ebs: {bandwidth: 80 Gbit/s, burst: 90 Gbit/s, iops: 260 k}
    local_storage: {drives: 4, capacity: 1.9 TB, read_iops: 1 M, write_iops: 500 k, read_bandwidth: 4 GB/s, write_bandwidth: 2 GB/s}
    power_max: 10 kW
    disputed: [nothing]

    """

  /// Two of them, rented together.
  static let group = """
    kind: instance
    version: 1
    source: a page
    retrieved: 2026-01-31
    summary: two instances
    provider: aws
    members: {instance: i1.large, count: 2}
    scale_up: [{name: all, topology: switch, chips: 32}]

    """

  static let model = """
    kind: model
    version: 1
    source: a paper
    retrieved: 2026-01-31
    summary: a model
    family: decoder
    layers: 2
    hidden_size: 64
    attention_heads: 8
    key_value_heads: 4
    head_dimension: 8
    feed_forward_size: 128
    vocabulary_size: 1000
    max_sequence_length: 512
    activation: swiglu
    normalization: rmsnorm
    norms_per_layer: 4
    positions: rotary
    query_key_norm: per-head
    query_key_value_bias: true
    output_bias: true
    feed_forward_bias: true
    tied_embeddings: false
    dropout: true
    token_types: 2
    published_parameters: 203.5 k

    """

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
    softmax_rows: 4
    softmax_length: 2048
    wide_products: bf16
    compile_time: 12 min
    compile_time_cached: 20 s

    """

  static let ownership = """
    kind: ownership
    version: 1
    source: a quotation
    retrieved: 2026-01-31
    summary: a machine of one's own
    capital: $250 k
    useful_life: 5 years
    utilization: 0.8
    power: 10 kW
    pue: 1.15
    electricity: 0.09 $/kWh
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
    misaligned: 0.3
    tile_loss: 0.4
    gemm_depth_half: 512
    attention_forward: 0.5
    attention_backward: 0.4
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
    send_time: 0 s
    idling: 0.04
    straggling: 0.01

    """

  static let job = """
    kind: job
    version: 1
    source: me
    retrieved: 2026-01-31
    summary: a job
    model: m1
    tokens: 1 T
    sequence_length: 512
    global_batch: 1024
    precision: bf16
    optimizer: adamw-bf16
    recompute: selective
    stack: s1
    size: {deadline: 30 d}
    plan: {tp: 8, pp: 2, vpp: 2, dp: 4, cp: 1, zero: 1, micro_batch: 2, sequence_parallel: true, shard: 2}
    on: [i1.large, u1]
    lora_rank: 16
    input: {data: d1, storage: t1, prefetch: false}
    checkpoint: {mode: sync, storage: t1, interval: 20 min}
    failures: {rate: 0 /h, spares: 0, replacement: 5 min, spot: 0.1 /d, compiled: false}

    """

  static let suite = """
    kind: suite
    version: 1
    summary: a suite
    defaults: {tokens: 10 B, sequence_length: 512, global_batch: 64, size: {instances: 2}, pricing: spot}
    matrix: [{jobs: [j1], models: [m1], instances: [i1.large, u1], sizes: [{instances: 1}, {deadline: 30 d}]}]
    cases: [{name: alone, model: m1, instance: u1, expect: {cost_usd: <= 2 M, step_time_s: 18 ± 5%}}]

    """

  static let prices = """
    provider,instance,region,pricing,usd_per_hour,date,source,note
    aws,i1.large,us-east-1,on-demand,40,2026-01-31,a page,
    aws,i1.large,us-east-1,spot,4,2026-01-31,a page,"floor, it seems"
    aws,i1.large,eu-west-1,spot,5.5,2026-01-31,a page,

    """
}
