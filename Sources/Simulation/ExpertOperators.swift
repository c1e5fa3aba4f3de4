import CKernels
import Scenarios

/// The sizes of a mixture of experts on one device. Experts are spread over e groups of ranks; the x ranks of a group share the
/// matrices of each of its experts, up by columns and down by rows, and all work on all rows of the group (Liu and others 2025, MoE
/// Parallel Folding, arXiv:2504.14960; Megatron-LM's `--expert-tensor-parallel-size`).
struct ExpertSizes {
  /// Tokens that the rank routes: its own share of the sequence.
  var own: Double
  /// Rows that it sends and gets: own tokens times k, of the fullest rank, where every rank sends as many as it gets.
  var sent: Double
  /// Rows that it works on: those of its group.
  var rows: Double
  /// Experts on the device, and rows of each.
  var local: Double
  var rowsEach: Double
  /// Width of a row.
  var width: Double
  var group: Int
  /// x, and the inner width of an expert on one of them.
  var slices: Int
  var inner: Double

  init(_ experts: Experts, _ d: Dimensions) {
    own = d.residualTokens
    let routed = min(1, experts.capacity ?? 1) * Double(experts.perToken)
    sent = own * routed * experts.fullest(of: d.shape.expert)
    slices = d.shape.expertTensor
    rows = sent * Double(slices)
    inner = Double(experts.net.size) / Double(slices)
    width = experts.width(d.hidden)
    group = d.shape.expert
    local = Double(experts.count) / Double(group)
    // A rank may have fewer rows than experts: then some of them rest.
    rowsEach = max(1, rows / local)
  }

  /// The part of those rows that is sent: a copy for each expert, or one for each rank that has some of a token's experts, which then
  /// are neighbours.
  func copies(_ experts: Experts, _ dispatch: Stack.ExpertDispatch) -> (part: Double, each: Double) {
    let each = Double(experts.perToken)
    guard dispatch == .neighbours else { return (1, each) }
    let ranks = min(each, (each / local).rounded(.up))
    return (ranks / each, ranks)
  }

  /// Of rows that come to a rank, the part that arrives, where a token comes to it once.
  func arrivals(_ experts: Experts, _ dispatch: Stack.ExpertDispatch) -> Double {
    dispatch == .perMachine
      ? tf_sent_once(Double(group), Double(experts.perToken), experts.within) : copies(experts, dispatch).part
  }

  /// Rows read and written where tokens are laid out for their experts; as many again where results come back. Whoever sends a copy for
  /// each expert sorts them by rank before, and by expert where they are worked on. DeepEP takes tokens as they are, and what came to a
  /// rank once is copied for its experts there (github.com/deepseek-ai/DeepEP; Megatron-Core's `MoEFlexTokenDispatcher`, which permutes
  /// what was received).
  func permuted(_ experts: Experts, _ dispatch: Stack.ExpertDispatch) -> Double {
    switch dispatch {
    case .perExpert: return 2 * (sent + rows)
    case .neighbours, .perMachine: return rows * (1 + arrivals(experts, dispatch))
    }
  }

  /// Rows that a rank has of others of its group, while it works.
  var gathered: Double { rows - sent }
}

extension Experts {
  /// Rows of the fullest of so many ranks, of an even share, as expected over layers and steps: each waits for it.
  func fullest(of ranks: Int) -> Double {
    let share: Double =
      switch loads {
      case .fullestRank(let share): share
      case .spread(let spread): fullest(of: Double(ranks), spread: spread)
      }
    return min(share, capacity ?? share)
  }

  /// A rank has the sum of E/e loads, so that of its mean it is spread by σ·√(e/E). All loads add up to all tokens: that moves every
  /// rank by as much, and the largest by nothing on average, as the mean of independent loads is as often above as below.
  private func fullest(of ranks: Double, spread: Double) -> Double {
    let all = Double(count)
    // Blom, Statistical Estimates and Transformed Beta-Variables (1958): the expected largest of e standard normals. 0 of one.
    let largest = tf_normal_quantile((ranks - 0.375) / (ranks + 0.25))
    let share = 1 + spread * (ranks / all).squareRoot() * largest
    // A rank gets at most all rows, and an expert each token once.
    return min(share, ranks, all / Double(perToken))
  }
}

extension Lowering {
  /// A router sends each token to some experts; tokens go to their ranks, are sorted by expert, worked on in one grouped product
  /// a matrix, and come back to be added up by weight (Lepikhin and others 2020, arXiv:2006.16668; Megatron-LM's dispatcher).
  /// The shared net is split over tensor ranks as a dense one.
  func experts(_ experts: Experts, _ d: Dimensions) -> [Operator] {
    let x = ExpertSizes(experts, d), own = d.of(tokens: x.own)
    let count = Double(experts.count), inner = x.inner, inputs = experts.net.inputs
    let moved = x.permuted(experts, stack.expertDispatch) * x.width * d.activation
    var list = own.in16Bits.linear("router", n: count, k: d.hidden, columnParallel: false)
    if experts.latent != nil {
      list += own.linear("experts.to-latent", n: x.width, k: d.hidden, columnParallel: false)
    }
    list += [
      // Scores in fp32: softmax, choice of k, and the loss that balances them.
      .memory("router.choice", .softmax, bytes: x.own * count * 3 * 4, into: .layerForward),
      .memory("router.choice.grad", .softmax, bytes: x.own * count * 3 * 4, into: .layerBackward),
      .memory("experts.permute", .elementwise, bytes: moved, into: .layerForward),
      .memory("experts.permute.grad", .elementwise, bytes: moved, into: .layerBackward),
    ]
    list += d.groupedLinear("experts.up", x, n: inputs * inner, k: x.width)
    let elements = x.rows * inner
    list += [
      .memory("experts.activation", .elementwise, bytes: elements * (inputs + 1) * d.activation, into: cheap),
      .memory(
        "experts.activation.grad", .elementwise, bytes: elements * (2 * inputs + 1) * d.activation,
        into: .layerBackward),
    ]
    list += d.groupedLinear("experts.down", x, n: x.width, k: inner)
    if stack.separateBiases, experts.net.bias { list += separateBiases(x, inputs: inputs, d) }
    list += [
      .memory("experts.combine", .elementwise, bytes: moved, into: .layerForward),
      .memory("experts.combine.grad", .elementwise, bytes: moved, into: .layerBackward),
    ]
    if experts.latent != nil {
      list += own.linear("experts.from-latent", n: d.hidden, k: x.width, columnParallel: false)
    }
    return list + (experts.shared.map { dense($0, d) } ?? [])
  }

  /// Megatron clamps both halves of what the first product gives and puts them together again, before the fused activation; it adds
  /// the bias of the second product expert by expert in fp32, times the weight of the token (NVIDIA/Megatron-LM,
  /// megatron/core/fusions/fused_bias_geglu.py, `weighted_bias_quick_geglu_impl`; megatron/core/transformer/moe/experts.py,
  /// `_apply_bias`). The one published model whose experts have biases, gpt-oss, has the clamp too.
  private func separateBiases(_ x: ExpertSizes, inputs: Double, _ d: Dimensions) -> [Operator] {
    let clamped = x.rows * inputs * x.inner, added = x.rows * x.width, a = d.activation
    return [
      // Read and written by the clamps, and by the copy that joins them.
      .memory("experts.clamp", .elementwise, bytes: clamped * 4 * a, into: cheap),
      // Masks of one side and of two, of a byte each, gradients where they hold, and both halves joined.
      .memory("experts.clamp", suffix: ".grad", .elementwise, bytes: clamped * (5.5 * a + 4), into: .layerBackward),
      // The bias times the weight, the sum of that and the row, all experts' rows joined, and cast: 4 + (8 + a) + 8 + (4 + a).
      .memory("experts.bias", .elementwise, bytes: added * (24 + 2 * a), into: .layerForward),
      // The gradient cast twice, joined for the rows, and times the weight and the bias, each added up: 2·(4 + a) + 2·a + 2·12.
      .memory("experts.bias", suffix: ".grad", .elementwise, bytes: added * (32 + 4 * a), into: .layerBackward),
    ]
  }
}

extension Dimensions {
  /// A linear layer of as many matrices as there are experts on the device, each over its own rows.
  fileprivate func groupedLinear(_ name: StaticString, _ x: ExpertSizes, n: Double, k: Double) -> [Operator] {
    let groups = x.rows / x.rowsEach
    let input = x.rows * k, output = x.rows * n, weight = groups * k * n
    let trained = rank > 0 ? 0.0 : 1
    let cast = cast(isTrained: trained > 0)
    func product(
      _ suffix: StaticString, _ m: Double, _ n: Double, _ k: Double, _ bytes: Double, _ into: ComponentSet
    ) -> Operator {
      .gemm(name, suffix: suffix, m, n, k, batch: groups, kind: grouped, bytes: bytes, into: into)
    }
    return unpacking(name, weight) + [
      .memory(name, suffix: ".cast", .cast, bytes: input * cast, into: .layerForward),
      product("", x.rowsEach, n, k, (input + weight) * operand + output * activation, .layerForward),
      .memory(name, suffix: ".grad-cast", .cast, bytes: output * cast, into: .layerBackward),
      product(".dgrad", x.rowsEach, k, n, (output + weight) * operand + input * activation, .layerBackward),
      product(
        ".wgrad", k, n, trained * x.rowsEach, (input + output) * operand + weight * 2 * gradient, .layerBackward),
    ]
  }
}
