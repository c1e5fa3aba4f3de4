import Foundation

// Profiles, the posterior and the list of runs of one calibration belong together. Each says what runs it was fitted to, so files
// of two fits, as a disk that fills up may leave them, are noticed.
extension Catalog {
  /// A profile that is asked for, refused where it is of another fit than the calibration that is in force.
  func ofThisFit(_ profile: Efficiency) throws(Diagnostics) -> Efficiency {
    guard let problem = try otherFit(profile) else { return profile }
    throw Diagnostics(problem)
  }

  /// A profile in a folder behind that of the posterior, of another fit: the calibration in front replaces the one that it is of,
  /// whole. What that knows of the chip and the stack stands in its place.
  func isReplaced(_ profile: Efficiency) throws(Diagnostics) -> Bool {
    guard let own = root(.efficiency, profile.name), let fit = root(.posteriors, "posterior"), own > fit else {
      return false
    }
    return try otherFit(profile) != nil
  }

  private func otherFit(_ profile: Efficiency) throws(Diagnostics) -> Diagnostic? {
    // A profile that was written by hand or measured is of no fit.
    guard let data = profile.fit?.data, Fingerprint.isOne(data), let posterior = try posterior(),
      posterior.data != data,
      let path = path(.posteriors, "posterior")
    else { return nil }
    return Diagnostic(
      .error,
      "\(profile.name) was fitted to other runs (\(data)) than \(SourceFile.shown(path)) (\(posterior.data)): they do not belong together",
      help:
        "write both anew with 'trainfare calibrate -o DIR', take the folder of one of them away, or name another --stack",
      at: Place(file: profile.origin.location))
  }

  /// Whether the list of fitted runs is that of the posterior.
  func checkRuns(_ runs: [FittedRun], _ source: SourceText) throws(Diagnostics) {
    guard let posterior = try posterior(), case let published = runs.count(where: { !$0.isLog }),
      published != posterior.rows
    else { return }
    throw Diagnostics(
      Diagnostic(
        .error,
        "this list has \(published) runs, and the posterior was fitted to \(posterior.rows): they do not belong together",
        help: "write both anew with 'trainfare calibrate -o DIR', or take the folder of one of them away",
        at: source.place))
  }

  /// Which folder has the file that counts for a name.
  private func root(_ kind: CatalogKind, _ name: String) -> Int? {
    guard let path = path(kind, name) else { return nil }
    return roots.firstIndex { path.hasPrefix("\($0)/\(kind.folder)/") }
  }
}
