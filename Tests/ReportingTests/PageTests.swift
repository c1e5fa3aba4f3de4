import Foundation
import Quantities
import Testing

@testable import Planning
@testable import Reporting
@testable import Scenarios

@Suite struct PageTests {
  private static func text(_ results: [OptionResult], size: JobSize = .deadline(Seconds(30 * 86_400))) -> ComparisonText
  {
    ComparisonText(Sample.comparison(results, size: size), order: results.map(\.instance.name))
  }

  @Test("Each ties with the best of the others where its cost is theirs") func ties() {
    let results = [("a", 20.0), ("b", 30), ("c", 80)].map { ChartTests.judged($0.0, dollars: $0.1) }
    let ties = PriceTie.all(Self.text(results).comparison)
    #expect(ties.map(\.name) == ["a", "b", "c"] && ties.map(\.isBest) == [true, false, false])
    #expect(zip(ties.map(\.tie), [30, 20, 20]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(ties[0].sentence == "a stays the cheapest until its price is $30.00/h (+50.0%)")
    #expect(ties[1].sentence == "b is as cheap as the cheapest at $20.00/h (-33.3%)")
    // By a budget the size follows the price; with one price there is nobody to tie with.
    #expect(PriceTie.all(Self.text(results, size: .budget(Dollars(1e6))).comparison).isEmpty)
    #expect(PriceTie.all(Self.text([results[0], ChartTests.judged("d", dollars: nil)]).comparison).isEmpty)
  }

  @Test("Names are text on the page, and an option that does not run is told") func escaping() {
    let refused = Sample.option("slow.8", .cannot(Refusal(.noLegalPlan)))
    let page = ReportPage([Self.text([ChartTests.judged("<script>\"x\"&", dollars: 20), refused])], made: "<b>now</b>")
      .html
    #expect(!page.contains("<script>\"x\"") && page.contains("&lt;script&gt;&quot;x&quot;&amp;"))
    #expect(page.contains("&lt;b&gt;now&lt;/b&gt;") && page.contains("slow.8: no. no legal plan"))
    #expect(page.components(separatedBy: "<script>").count == 2)
  }

  @Test("Where nothing runs the page says so") func nothing() {
    let page = ReportPage([Self.text([Sample.option("slow.8", .cannot(Refusal(.noLegalPlan)))])], made: "").html
    #expect(page.contains("<h1>None of the options runs this job</h1>") && !page.contains("<svg"))
    #expect(!page.contains("<script") && !page.contains("script-src"))
  }
}
