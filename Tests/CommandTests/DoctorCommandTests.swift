import Foundation
import TestSupport
import Testing

@Suite struct DoctorCommandTests {
  @Test("doctor says which program, machine and files these are, and finds nothing wrong with the shipped ones")
  func shipped() throws {
    let run = try Tool.run("doctor", "--format", "json")
    #expect(run.status == 0)
    let json = try JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [String: Any]
    let rows = try #require(json?["rows"] as? [[String: Any]])
    func value(_ name: String) throws -> String {
      try #require(rows.first { $0["what"] as? String == name }?["value"] as? String, "\(name)")
    }
    #expect(try value("wrong") == "nothing" && value("OpenBLAS").contains("OpenBLAS"))
    #expect(try value("program").hasSuffix("/trainfare") && value("SQLite").hasPrefix("3."))
    #expect(try value("calibration").contains("runs") && value("files of").contains("/configs: "))
    for name in ["trainfare", "system", "our kernels", "its kernels", "processors", "memory", "variables", "prices"] {
      #expect(!(try value(name).isEmpty))
    }
  }

  @Test("A wrong file of one's own is counted and listed, with exit status 1") func wrong() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(atPath: scratch.path + "/chips", withIntermediateDirectories: true)
    _ = try scratch.write("chips/mine.yaml", "kind: chip\nversion: 1\n")
    let run = try Tool.run("doctor", "--configs", scratch.path)
    #expect(run.status == 1 && run.err.contains("mine.yaml:"))
    #expect(run.out.contains("listed below"))
  }
}
