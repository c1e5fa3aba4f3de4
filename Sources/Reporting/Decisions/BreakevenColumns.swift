import Planning

extension BreakevenText {
  /// A row for each crossing, and one where there is none; docs/Output.md says what each means.
  public static let columns: [Column<BreakevenRow>] = [
    .text("input") { $0.one.input.key },
    .text("unit") { $0.one.input.unit },
    .text("compared") { $0.one.stake.noun },
    .text("first") { $0.names.first },
    .text("second") { $0.names.last },
    .number("now") { $0.one.input.now },
    .number("ratio_now") { $0.one.now.ratio },
    .text("status") { $0.status },
    .number("value") { $0.flip?.value },
    .number("value_p05") { $0.flip?.interval?.low },
    .number("value_p95") { $0.flip?.interval?.high },
    .number("below") { $0.flip?.below.value },
    .number("ratio_below") { $0.flip?.below.ratio },
    .text("better_below") { $0.below },
    .number("above") { $0.flip?.above.value },
    .number("ratio_above") { $0.flip?.above.ratio },
    .text("better_above") { $0.above },
    .number("range_low") { $0.one.low.value },
    .number("range_high") { $0.one.high.value },
    .number("ratio_low") { $0.one.low.ratio },
    .number("ratio_high") { $0.one.high.ratio },
    .text("ask_again") { row in row.flip?.value.map { "compare \(row.one.input.option($0))" } },
  ]
}
