import CKernels

/// How products and factorizations are shared out.
public enum LinearAlgebra {
  /// From here on each keeps to the thread that asks for it. Work is shared out among threads of ours, in pieces; OpenBLAS's own
  /// would wait for theirs by spinning, and sums would be in another order on every number of cores.
  public static func keepToCaller() { tf_keep_to_caller() }
}
