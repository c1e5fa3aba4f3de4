import Foundation
import TestSupport
import Testing

@Suite struct HandsTests {
  @Test("The version says the commit and how new the prices are") func version() throws {
    let result = try Tool.run("--version")
    #expect(result.status == 0 && result.out.hasPrefix("trainfare 0."))
    #expect(result.out.contains(/\nprices up to 20\d\d-\d\d-\d\d\n/))
  }

  @Test("A chip stands for its machines, and a model that is taken for a job is told from one") func names() throws {
    let chip = try Tool.run(
      "compare", "--model", "llama-3.2-1b", "--tokens", "1 B", "--sequence-length", "2048", "--global-batch", "64",
      "--instances", "1", "--on", "H100:8", "--columns", "instance")
    #expect(chip.status == 0 && chip.out == "instance\np5.48xlarge\n")
    let model = try Tool.run("compare", "gpt2")
    #expect(model.status == 2 && model.err.contains("it is a model") && model.err.contains("--model gpt2"))
  }

  @Test(
    "Shells get scripts that they can read, which ask for the catalogue's names", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let script = try Tool.run("--generate-completion-script", shell)
    #expect(script.status == 0 && script.out.contains("---completion"))
    guard shell == "bash", FileManager.default.isExecutableFile(atPath: "/bin/bash") else { return }
    let scratch = try Scratch()
    try scratch.write("script", script.out)
    let ask = """
      set -e; source '\(scratch.path)/script'
      COMP_WORDS=(trainfare compare --on p5.48xlarge,trn2.4); COMP_CWORD=3; COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
      _trainfare trainfare "${COMP_WORDS[3]}" --on; printf '%s\\n' "${COMPREPLY[@]}"
      """
    let beside = URL(fileURLWithPath: Tool.path).deletingLastPathComponent().path
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let asked = try Shell.run(ask, in: Tool.repository, environment: ["PATH": beside + ":" + path])
    #expect(asked.out.contains("p5.48xlarge,trn2.48xlarge"), "\(asked.out)")
  }
}
