// Of machines and their parts.
extension Samples {
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
}
