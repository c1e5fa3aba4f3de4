/// Which Trainfare this is.
public enum Release {
  public static let version = "0.1.0"
  /// Of CSV and JSON. Columns are only ever added at the end; anything else counts this up.
  public static let schemaVersion = 2
}
