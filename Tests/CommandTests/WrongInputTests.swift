import Testing

@Suite struct WrongInputTests {
  @Test("An unknown option is told with the nearest one, and status 64")
  func unknownOption() throws {
    let result = try Tool.run("compare", "--deadlin", "30 d")
    #expect(result.status == 64)
    #expect(result.out.isEmpty)
    #expect(result.err.contains("--deadline"))
  }

  @Test("All that is wrong with a command line is told at once")
  func allAtOnce() throws {
    let result = try Tool.run(
      "compare", "--tokens", "nan", "--deadline=-5 d", "--global-batch", "0", "--precision", "bf17",
      "--pricing", "spt",
      "--plan", "tp=x", "--set", "nonsense", "--price", "p5=", "--color", "blue", "--format", "cvs", "--on",
      "a,,b")
    #expect(result.status == 64)
    #expect(result.out.isEmpty)
    for option in [
      "tokens", "deadline", "global-batch", "precision", "pricing", "plan", "set", "price", "color", "format",
      "on",
    ] {
      #expect(result.err.contains("--\(option): error:"), "\(option)")
    }
    #expect(result.err.contains("did you mean 'bf16'?"))
  }

  @Test(
    "Numbers that are none, or not above zero, are refused with what would have worked",
    arguments: ["nan", "inf", "-3 d", "0 d", "1e999 d", "30", "30 GB", "١ d"])
  func numbers(text: String) throws {
    let result = try Tool.run("compare", "--deadline=\(text)")
    #expect(result.status == 64)
    #expect(result.err.contains("help: "))
  }

  @Test("Tokens beyond what anybody has, and less than one, are refused", arguments: ["1e30", "1e-5"])
  func tokens(text: String) throws {
    let result = try Tool.run("compare", "--tokens", text)
    #expect(result.status == 64 && result.err.contains("it is due from 1 to 10^18"), "\(result.err)")
  }

  @Test("Names that are not known are all told, with the nearest, and status 2")
  func unknownNames() throws {
    let result = try Tool.run("compare", "--on", "p5.48xlrage,trn2.48xlrage", "--region", "us-east-1")
    #expect(result.status == 2)
    #expect(result.err.contains("did you mean 'p5.48xlarge'"))
    #expect(result.err.contains("did you mean 'trn2.48xlarge'"))
  }

  @Test("A wrong file is told with line, column and caret, and status 2")
  func wrongFile() throws {
    let scratch = try Scratch()
    let file = try scratch.write("bad.yaml", "kind: job\nversion: 1\nmodle: llama-3.1-8b\ntokens: 1 parsec\n")
    let result = try Tool.run("compare", file)
    #expect(result.status == 2)
    #expect(result.out.isEmpty)
    #expect(result.err.contains("bad.yaml:3:1: error:"))
    #expect(result.err.contains("      ^"))
  }

  @Test("A file that is not there is told, and status 2")
  func missingFile() throws {
    let result = try Tool.run("compare", "no/such/job.yaml")
    #expect(result.status == 2)
    #expect(result.err.contains("there is no such file"))
  }

  @Test("A plan that is not legal is told in full, each problem with what would have worked")
  func illegalPlan() throws {
    let result = try Tool.run(
      "estimate", "llama-3.1-8b-1t", "--on", "p5.48xlarge", "--instances", "2", "--plan",
      "tp=5,pp=7,dp=3,zero=2")
    #expect(result.status == 2)
    #expect(result.out.isEmpty)
    #expect(result.err.contains("tp 5 does not divide the model's 32 attention heads"))
    #expect(result.err.contains("32 layers do not spread over pp 7"))
    #expect(result.err.contains("      tp=5,pp=7,dp=3,zero=2\n           ^\n"), "the caret is under pp")
    #expect(result.err.contains("= 105 devices, but 16 are given"))
    #expect(result.err.contains("use one of: 1, 2, 4, 8, 16, 32"))
  }

  @Test("What an owned machine costs must be said")
  func owned() throws {
    let result = try CompareTests.run("--pricing", "owned")
    #expect(result.status == 64)
    #expect(result.err.contains("--price trn1.32xlarge=USD_PER_HOUR"))
    let told = try CompareTests.run(
      "--pricing", "owned", "--price", "trn1.32xlarge=9", "--price", "p5.48xlarge=40")
    #expect(told.status == 0)
  }

  @Test("An option that nothing reads is a mistake, not a silence")
  func unused() throws {
    #expect(try CompareTests.run("--set", "chips.b200.memory_bandwidth=9 TB/s").status == 2)
    #expect(try CompareTests.run("--price", "p4d.24xlarge=1").status == 64)
    #expect(try CompareTests.run("--reference", "p4d.24xlarge").status == 64)
  }

  @Test("A model alone is no job: what is missing is named")
  func modelAlone() throws {
    let result = try Tool.run("compare", "--model", "llama-2-7b", "--tokens", "1 T", "--on", "p5.48xlarge")
    #expect(result.status == 64)
    #expect(result.err.contains("add --sequence-length 8192 --global-batch 1024"))
  }
}
