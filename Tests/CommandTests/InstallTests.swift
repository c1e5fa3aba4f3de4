import Foundation
import TestSupport
import Testing

/// What `make install` puts where, and what shells and `man` make of it.
@Suite struct InstallTests {
  @Test("The program finds its files where it is installed", .enabled("there is no make") { Shell.has("make") })
  func installed() throws {
    let scratch = try Scratch(), empty = try Scratch()
    // Whoever runs the tests may be make.
    let alone = "env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL"
    let make = "\(alone) make install TOOL='\(Tool.path)' PREFIX=/usr DESTDIR='\(scratch.path)'"
    let made = try Shell.run(make, in: Tool.repository)
    #expect(made.status == 0, "\(made.out)")
    let shown = try Shell.run("'\(scratch.path)/usr/bin/trainfare' catalog show trainium2 -v", in: empty.path)
    #expect(shown.status == 0 && shown.out.contains("from \(scratch.path)/usr/share/trainfare/configs"), "\(shown.out)")
    for name in [
      "bash-completion/completions/trainfare", "zsh/site-functions/_trainfare",
      "fish/vendor_completions.d/trainfare.fish",
    ] {
      #expect(scratch.read("usr/share/" + name).contains("---completion"), "\(name)")
    }
    let read = try Shell.run("bash -n usr/share/bash-completion/completions/trainfare", in: scratch.path)
    #expect(read.status == 0 && read.out.isEmpty, "\(read.out)")
    if Shell.has("python3") { #expect(scratch.read("usr/share/man/man1/trainfare.1").hasPrefix(".TH TRAINFARE 1")) }
  }

  @Test("The manual has every command and option", .enabled("there is no python3") { Shell.has("python3") })
  func manual() throws {
    let page = try Shell.run("scripts/manual '\(Tool.path)'", in: Tool.repository).out
    for (words, _) in HelpTests.commands where words.count == 1 && !["suite", "catalog"].contains(words[0]) {
      #expect(page.contains("\n.SS trainfare " + words.joined(separator: " ")), "\(words)")
    }
    for option in ["--deadline", "--pricing", "--leave-out", "--like"] {
      #expect(page.contains(".TP\n\\fB" + option.replacingOccurrences(of: "-", with: "\\-")), "\(option)")
    }
  }

  @Test(
    "groff reads the manual without a warning",
    .enabled("there is no groff, or no python3") { Shell.has("groff") && Shell.has("python3") })
  func groff() throws {
    let script = "set -o pipefail; scripts/manual '\(Tool.path)' | groff -man -Tutf8 -ww -z"
    let said = try Shell.run(script, in: Tool.repository)
    #expect(said.status == 0 && said.out.isEmpty, "\(said.out)")
  }

  @Test("What is typed so far is completed in silence, with the names of --configs and with files") func names() throws
  {
    let scratch = try Scratch()
    for folder in ["configs/jobs", "mine/jobs", "jobs"] {
      try FileManager.default.createDirectory(atPath: "\(scratch.path)/\(folder)", withIntermediateDirectories: true)
    }
    try scratch.write("configs/trainfare-configs", "")
    try scratch.write("mine/jobs/joyful.yaml", "")
    try scratch.write("jolly.yaml", "")
    func completed(_ words: String...) throws -> Tool.Result {
      let typed = ["trainfare", "compare"] + words
      return try Tool.start(
        ["---completion", "compare", "--", "positional@0", "\(typed.count - 1)", "2"] + typed, in: scratch.path
      ).finish()
    }
    let near = try completed("jo")
    #expect(near.out == "jobs/\njolly.yaml\n" && near.err.isEmpty, "\(near)")
    let named = try completed("--configs", "mine", "jo")
    #expect(named.out == "joyful\njobs/\njolly.yaml\n" && named.err.isEmpty, "\(named)")
  }
}
