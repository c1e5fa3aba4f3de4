import CWorkload
import TestSupport
import Testing

@Suite struct MachineTests {
  @Test(
    "products of either turning, with rows apart and added to what is there, equal three loops",
    arguments: [(0, 0), (0, 1), (1, 0), (1, 1)], [(1, 1, 1), (3, 5, 7), (33, 17, 65), (0, 4, 4)])
  func product(turned: (Int, Int), size: (Int, Int, Int)) {
    let (m, n, k) = size
    var random = SplitMix64(seed: UInt64(1 + m + 10 * n + 100 * k))
    var shape = tw_product(
      m: Int32(m), n: Int32(n), k: Int32(k), turned_a: Int32(turned.0), turned_b: Int32(turned.1),
      lda: Int32((turned.0 == 1 ? max(1, m) : k) + 2), ldb: Int32((turned.1 == 1 ? k : n) + 1), ldc: Int32(n + 3))
    let a = random.floats((max(m, k) + 1) * (max(m, k) + 2)), b = random.floats((max(n, k) + 1) * (max(n, k) + 1))
    let start = random.floats((m + 1) * (n + 3))
    for beta in [0.0, 1.0] {
      var fast = start.single, naive = start.single, fastDouble = start.double, naiveDouble = start.double
      tw_multiply(&fast, a.single, b.single, Float(beta), &shape)
      tw_multiply_naive(&naive, a.single, b.single, Float(beta), &shape)
      #expect(difference(fast, naive.map(Double.init)) < 1e-5)
      tw_multiply_double(&fastDouble, a.double, b.double, beta, &shape)
      tw_multiply_double_naive(&naiveDouble, a.double, b.double, beta, &shape)
      #expect(zip(fastDouble, naiveDouble).allSatisfy { abs($0 - $1) < 1e-13 })
    }
  }

  @Test("streams equal an element at a time", arguments: [0, 1, 15, 16, 1000])
  func streams(count: Int) {
    var random = SplitMix64(seed: 9)
    let x = random.floats(count).single, y = random.floats(count).single
    var fast = [Float](repeating: .nan, count: count), naive = fast
    tw_copy(&fast, x, count)
    tw_copy_naive(&naive, x, count)
    #expect(fast == naive)
    tw_triad(&fast, x, y, 0.5, count)
    tw_triad_naive(&naive, x, y, 0.5, count)
    #expect(fast == naive)
  }

  @Test("bf16 products say whether they are there, and do nothing where they are not")
  func bf16() {
    var shape = tw_product(m: 1, n: 1, k: 1, turned_a: 0, turned_b: 0, lda: 1, ldb: 1, ldc: 1)
    // 2 and 3 as bf16.
    var c: [Float] = [-1]
    let done = tw_multiply_bf16(&c, [0x4000], [0x4040], 0, &shape)
    #expect(done == tw_has_bf16())
    #expect(c == (done == 1 ? [6] : [-1]))
  }

  @Test("time passes, work is counted, OpenBLAS tells what it is and takes a number of threads")
  func facts() {
    let start = tw_now(), worked = tw_worked(), before = tw_threads()
    #expect(tw_preemptions() >= 0 && tw_waited() >= 0)
    tw_set_threads(1)
    #expect(tw_threads() == 1)
    tw_set_threads(before)
    #expect(String(cString: tw_blas_build()).contains("OpenBLAS"))
    #expect(!String(cString: tw_blas_core()).isEmpty)
    #expect(tw_now() > start && tw_worked() > worked)
  }
}
