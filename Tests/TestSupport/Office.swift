import Foundation

/// LibreOffice, where it is installed.
public enum Office {
  public static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/soffice" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// A sheet of a workbook, by its number from 1 on, with every formula worked out anew; nil where that fails.
  ///
  /// - Parameter folder: for what LibreOffice writes.
  public static func sheet(_ number: Int, of file: String, folder: String) throws -> [[String]]? {
    guard let path else { return nil }
    let profile = folder + "/profile", out = folder + "/sheet\(number)"
    try FileManager.default.createDirectory(atPath: profile + "/user", withIntermediateDirectories: true)
    try settings.write(toFile: profile + "/user/registrymodifications.xcu", atomically: false, encoding: .utf8)
    let process = Foundation.Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = [
      "-env:UserInstallation=file://" + profile, "--headless", "--convert-to",
      // Comma, quotes, UTF-8, from the first line on, numbers as they are and not as they are shown, this sheet.
      "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,\(number)", "--outdir", out, file,
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard let name = try? FileManager.default.contentsOfDirectory(atPath: out).first,
      let data = FileManager.default.contents(atPath: out + "/" + name)
    else { return nil }
    return parseCSV(String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\n", with: "\r\n"))
  }

  /// Workbooks of other programs are worked out anew, and their cells not believed.
  private static let settings = """
    <?xml version="1.0" encoding="UTF-8"?>
    <oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" \
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
    <item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">\
    <value>0</value></prop></item>
    </oor:items>
    """
}
