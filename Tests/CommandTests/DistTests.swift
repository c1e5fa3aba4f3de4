import Foundation
import TestSupport
import Testing

/// What `make dist` packs runs where it is unpacked, and says what the program says here.
@Suite struct DistTests {
  private static let isPossible = Shell.has("make") && Shell.has("tar") && Shell.has("python3")
  /// Of prices, ages are told.
  private static let day = ["SOURCE_DATE_EPOCH": "1795910400"]

  @Test(
    "Tarball, package and wheel answer as the program here",
    .enabled("there is no make, tar or python3") { Self.isPossible },
    .enabled(if: Slow.isAsked, "it takes long: make test-all runs it"))
  func packed() throws {
    let scratch = try Scratch(), due = try Scratch()
    let made = try Shell.run(
      "env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL LEVEL=1 TOOL='\(Tool.path)' scripts/dist '\(scratch.path)'",
      in: Tool.repository,
      environment: Self.day)
    #expect(made.status == 0, "\(made.out)")
    let own = try Tool.run("compare", "-q", "-o", due.path + "/due.csv", environment: Self.day)
    try #require(own.status == 0, "\(own.err)")

    var ways = [
      ("tar", "mkdir tar && tar -xzf *.tar.gz --strip-components=1 -C tar", "tar/bin/trainfare"),
      ("wheel", "python3 -m venv wheel && wheel/bin/pip install -q --no-index *.whl", "wheel/bin/trainfare"),
    ]
    if Shell.has("dpkg-deb"), Shell.has("dpkg-shlibdeps") {
      ways.append(("deb", "dpkg-deb -x *.deb deb", "deb/usr/bin/trainfare"))
      let depends = try Shell.run("dpkg-deb -f *.deb Depends", in: scratch.path).out
      for library in ["libopenblas0", "libsqlite3-0", "libxlsxwriter4"] {
        #expect(depends.contains(library), "\(depends)")
      }
    }
    for (name, unpack, program) in ways {
      let run = try Shell.run(
        "\(unpack) && \(program) compare -q -o \(name).csv", in: scratch.path, environment: Self.day)
      #expect(run.status == 0, "\(name): \(run.out)")
      #expect(scratch.read("\(name).csv") == due.read("due.csv"), "\(name)")
    }
    try module(scratch, due)
  }

  /// The module of the wheel that was installed.
  private func module(_ scratch: Scratch, _ due: Scratch) throws {
    try scratch.write(
      "module.py",
      """
      import csv, sys, types, trainfare
      rows = trainfare.compare()
      due = list(csv.DictReader(open(sys.argv[1], newline="")))
      assert len(rows) == len(due) > 5
      for row, line in zip(rows, due):
          assert row["instance"] == line["instance"]
          cost = line["cost_expected_usd"]
          assert row["cost_expected_usd"] == (float(cost) if cost else None), row["instance"]
      one, = trainfare.rows("estimate", on="p5.48xlarge", instances=8, set={"chips.h100.memory_bandwidth": "3 TB/s"})
      assert one["instances"] == 8
      try:
          trainfare.compare("p5.49xlarge")
      except trainfare.Refused as refused:
          assert "p5.48xlarge" in str(refused), refused
      else:
          raise AssertionError("no such type")
      # As much of pandas as is asked of it.
      sys.modules["pandas"] = types.SimpleNamespace(DataFrame=lambda rows: ("frame", rows))
      frame, rows = trainfare.compare("p5.48xlarge", "trn2.48xlarge", job="llama-3.1-8b-1t", deadline="60 d")
      assert frame == "frame" and {row["instance"] for row in rows} == {"p5.48xlarge", "trn2.48xlarge"}
      print("holds")
      """)
    let said = try Shell.run(
      "wheel/bin/python module.py '\(due.path)/due.csv'", in: scratch.path, environment: Self.day)
    #expect(said.status == 0 && said.out.hasSuffix("holds\n"), "\(said.out)")
  }
}
