import ArgumentParser
import Scenarios

/// How a run is fed, saved and kept going.
struct OperatingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What is read, and from where: any of data, storage, prefetch.",
      discussion:
        "Default: tokens in a memory map, on local drives where there are some, else EBS. Example: --input data=text,storage=s3",
      valueName: "key=value,…"))
  var input: String?

  @Option(
    help: ArgumentHelp(
      "How training is saved: any of mode (sync, async, replicated, none), storage, interval.",
      discussion:
        "Default: async, at the best interval.\nExample: --checkpoint 'mode=sync,storage=fsx,interval=30 min'",
      valueName: "key=value,…"))
  var checkpoint: String?

  @Option(
    help: ArgumentHelp(
      "What fails: any of rate (of a chip), spares, replacement, spot, compiled; or none.",
      discussion: "Default: the rate of published logs.\nExample: --failures 'rate=2e-5 /h,spares=2'",
      valueName: "key=value,…"))
  var failures: String?

  @Option(
    help: ArgumentHelp(
      "The team that days and cost are for: tuned (machines at their best), experienced, or first (large run).",
      discussion: "Default: experienced. docs/Calibration.md, \"What a team really pays\". Example: --practice tuned",
      valueName: "team"),
    completion: .list(Practice.Team.allCases.map(\.rawValue)))
  var practice: String?

  func read(_ reader: inout OptionReader) -> OperatingRequest {
    var operating =
      reader.attempt { () throws(Diagnostics) in
        try OperatingRequest.parse(input: input, checkpoint: checkpoint, failures: failures)
      } ?? OperatingRequest()
    operating.practice = reader.choice(practice, "--practice", among: Practice.Team.allCases)
    return operating
  }
}
