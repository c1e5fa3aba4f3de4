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
