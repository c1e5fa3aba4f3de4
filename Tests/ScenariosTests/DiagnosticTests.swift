import Testing

@testable import Scenarios

@Suite struct DiagnosticTests {
  @Test("Names that a file has are told so that they can be printed") func printable() {
    let problem = Diagnostic(
      .error, "no stack is called 'a\t\u{1B}[31mb'", help: "one of:\nc\u{202E}d",
      at: Place(file: "x\u{7}.yaml", line: 1, column: 1, lineText: "stack: a\tb"))
    #expect(
      problem.rendered
        == "x .yaml:1:1: error: no stack is called 'a  [31mb'\n      stack: a b\n      ^\n  help: one of:\nc d")
  }

  @Test("A diagnostic shows its place, its line with a caret, and its help") func rendered() {
    let place = Place(file: "a.yaml", line: 12, column: 7, lineText: "tensor: 16")
    let text = Diagnostic(.error, "16 does not divide 40", help: "use one of: 1, 2", at: place).rendered
    #expect(
      text == """
        a.yaml:12:7: error: 16 does not divide 40
              tensor: 16
                    ^
          help: use one of: 1, 2
        """)
  }

  @Test("Without a line or a place there is less to show") func short() {
    #expect(Diagnostic(.warning, "odd", at: Place(file: "a.yaml")).rendered == "a.yaml: warning: odd")
    #expect(Diagnostic(.error, "no").rendered == "error: no")
    #expect(Diagnostics([Diagnostic("a"), Diagnostic("b")]).rendered == "error: a\nerror: b")
  }

  @Test("Of a long line the part around the caret is shown") func long() {
    let line = String(repeating: "a", count: 300) + "X" + String(repeating: "b", count: 300)
    let lines = Diagnostic("x", at: Place(file: "f", line: 1, column: 301, lineText: line)).rendered
      .split(separator: "\n").map(Array.init)
    #expect(lines[1].count == 106 && lines[1][6] == "…" && lines[1].last == "…")
    #expect(lines[2].firstIndex(of: "^") == lines[1].firstIndex(of: "X"))
  }

  @Test("Tabs do not shift the caret and escapes do not reach the terminal") func control() {
    let place = Place(file: "f", line: 1, column: 3, lineText: "\t\u{1B}x")
    #expect(Diagnostic("m", at: place).rendered == "f:1:3: error: m\n        x\n        ^")
  }

  @Test("A caret past the end of its line stays there") func pastTheEnd() {
    let place = Place(file: "f", line: 1, column: 99, lineText: "ab")
    #expect(Diagnostic("m", at: place).rendered == "f:1:99: error: m\n      ab\n        ^")
  }
}

extension Diagnostic {
  fileprivate init(_ message: String, at place: Place? = nil) { self.init(.error, message, at: place) }
}
