import Testing

@testable import Quantities

@Suite struct SpellingTests {
  @Test("One wrong, missing, extra or swapped letter is recognised") func near() {
    let words = ["tensor_parallel", "pipeline", "data"]
    #expect(Spelling.nearest(to: "tensor_paralel", among: words) == "tensor_parallel")
    #expect(Spelling.nearest(to: "piepline", among: words) == "pipeline")
    #expect(Spelling.nearest(to: "dara", among: words) == "data")
    #expect(Spelling.nearest(to: "Tensor-Parallel", among: words) == "tensor_parallel")
  }

  @Test("A word that resembles none of the others gets no suggestion") func far() {
    #expect(Spelling.nearest(to: "zebra", among: ["tensor", "pipeline"]) == nil)
    #expect(Spelling.nearest(to: "", among: ["a"]) == nil || Spelling.nearest(to: "", among: ["ab"]) == nil)
    #expect(Spelling.nearest(to: String(repeating: "tensor", count: 1000), among: ["tensor"]) == nil)
  }

  @Test("Several candidates come closest first, ties in the order given") func ranked() {
    #expect(Spelling.ranked("p5en", among: ["p5", "p5e", "p5en", "p6"]) == ["p5en", "p5e"])
    #expect(Spelling.ranked("ab1", among: ["ab2", "ab3"]) == ["ab2", "ab3"])
  }

  @Test("The distance to an empty word is the other's length") func empty() {
    #expect(Spelling.editDistance([], Array("abc".unicodeScalars)) == 3)
    #expect(Spelling.editDistance(Array("abc".unicodeScalars), []) == 3)
    #expect(Spelling.editDistance([], []) == 0)
  }
}
