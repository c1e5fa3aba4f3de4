import Testing

@testable import Workbooks

@Suite struct FormulaTests {
  private let a = Formula.cell("A1"), b = Formula.cell("B1")

  @Test("What is put together keeps its meaning") func parentheses() {
    #expect(((a + b) * a).text == "(A1+B1)*A1")
    #expect((a - (b - a)).text == "A1-(B1-A1)")
    #expect((a / (b * a)).text == "A1/(B1*A1)")
    #expect((a * Formula(-2)).text == "A1*(-2)")
    #expect((a / Formula(1e-9)).text == "A1/1E-09")
    #expect(a.roundedUp.text == "ROUNDUP(A1,0)")
    #expect(a.above(b, Formula(1), else: Formula(2.5)).text == "IF(A1>B1,1,2.5)")
  }

  @Test("What a cell lacks is a word, and a quote in a text is doubled") func unknown() {
    #expect((a * b).knowing([a, b]).text == "IF(COUNT(A1,B1)=2,A1*B1,\"unknown\")")
    #expect(Formula.text("a \"b\"").text == "\"a \"\"b\"\"\"")
  }

  @Test(
    "Columns are counted as spreadsheets do", arguments: [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
  func columns(index: Int, name: String) {
    #expect(Reference.column(index) == name)
  }

  @Test("Cells and columns of cells by name") func references() {
    #expect(Reference.cell(4, 1) == "B5" && Reference.cell(4, 1, isFixed: true) == "$B$5")
    #expect(Reference.range(2, 4...8, of: "Options") == "Options!$C$5:$C$9")
  }

  @Test("A text has no character that XML has no place for, and no more than a cell takes") func texts() {
    #expect(SheetText.safe("=1+1\ta\r\nb\rc\u{0}\u{1}\u{FFFE}😀") == "=1+1\ta\nb\nc\u{FFFD}\u{FFFD}\u{FFFD}😀")
    let long = SheetText.safe(String(repeating: "😀", count: 20_000))
    #expect(long.utf16.count <= Sheet.longestText && long.hasSuffix("😀…"))
  }
}
