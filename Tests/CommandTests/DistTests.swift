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
      "env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL LEVEL=1 MAINTAINER='Ada Lovelace <ada@example.org>' TOOL='\(Tool.path)' scripts/dist '\(scratch.path)'",
      in: Tool.repository,
      environment: Self.day)
    #expect(made.status == 0, "\(made.out)")
    let own = try Tool.run("compare", "-q", "-o", due.path + "/due.csv", environment: Self.day)
    try #require(own.status == 0, "\(own.err)")

    var ways = [
      ("tar", "mkdir tar && tar -xzf *.tar.gz --strip-components=1 -C tar", "tar/bin/trainfare"),
      (
        "wheel", "python3 -m venv --system-site-packages wheel && wheel/bin/pip install -q --no-index *.whl",
        "wheel/bin/trainfare"
      ),
    ]
    if Shell.has("dpkg-deb"), Shell.has("dpkg-shlibdeps") {
      ways.append(("deb", "dpkg-deb -x *.deb deb", "deb/usr/bin/trainfare"))
      let depends = try Shell.run("dpkg-deb -f *.deb Depends", in: scratch.path).out
      let maintainer = try Shell.run("dpkg-deb -f *.deb Maintainer", in: scratch.path).out
      #expect(maintainer == "Ada Lovelace <ada@example.org>\n", "\(maintainer)")
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

  @Test(
    "Who answers for the package has a name and an address", .enabled("there is no make, tar or python3") { isPossible }
  )
  func maintainer() throws {
    let scratch = try Scratch()
    for wrong in ["Ada", "ada@example.org", "Ada <ada>", "Ada <a@b> <c@d>"] {
      let made = try Shell.run("MAINTAINER='\(wrong)' scripts/dist '\(scratch.path)/out'", in: Tool.repository)
      #expect(made.status == 64 && made.out.contains("write it like 'Ada Lovelace <ada@example.org>'"), "\(made.out)")
    }
    #expect(scratch.names.isEmpty)
  }

  /// The module of the wheel that was installed, and pandas where the machine has it.
  private func module(_ scratch: Scratch, _ due: Scratch) throws {
    try scratch.write(
      "module.py",
      """
      import csv, sys, trainfare
      rows = trainfare.rows("compare")
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
      types, question = ("p5.48xlarge", "trn2.48xlarge"), dict(job="llama-3.1-8b-1t", deadline="60 d")
      try:
          import pandas
          frame = trainfare.compare(*types, **question)
          assert isinstance(frame, pandas.DataFrame) and set(frame["instance"]) == set(types), frame
          cheapest = frame.sort_values("cost_expected_usd").iloc[0]
          assert cheapest["cost_expected_usd"] == min(row["cost_expected_usd"] for row in frame.to_dict("records"))
          assert frame["cost_expected_usd"].dtype.kind == "f" and frame["instances"].dtype.kind == "i", frame.dtypes
          print("with pandas", pandas.__version__)
      except ImportError:
          assert isinstance(trainfare.compare(*types, **question), list)
          # As much of pandas as is asked of it.
          sys.modules["pandas"] = type("Pandas", (), {"DataFrame": staticmethod(lambda rows: ("frame", rows))})
          frame, rows = trainfare.compare(*types, **question)
          assert frame == "frame" and {row["instance"] for row in rows} == set(types)
          print("without pandas")
      print("holds")
      """)
    let said = try Shell.run(
      "wheel/bin/python module.py '\(due.path)/due.csv'", in: scratch.path, environment: Self.day)
    #expect(said.status == 0 && said.out.hasSuffix("holds\n"), "\(said.out)")
  }
}
