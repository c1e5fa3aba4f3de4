/// One line for each input, from its lowest to its highest value, in the colour of whoever is ahead there.
public struct StripPanel: Panel {
  public struct Strip: Sendable {
    public var label: String
    /// Ends of what was looked at; each strip has its own scale.
    public var low: Double
    public var high: Double
    public var ends: (low: String, high: String)
    public var isLogarithmic: Bool
    /// From the left, without gaps: up to where, and who is ahead. Nil: nobody is known to be.
    public var stretches: [(to: Double, series: Int?)]
    /// Where it changes, with words, and between which values that may be.
    public var flips: [(value: Double, text: String, interval: (low: Double, high: Double)?)]
    /// What the input is now.
    public var now: Double?

    public init(
      _ label: String, low: Double, high: Double, ends: (low: String, high: String), logarithmic: Bool,
      stretches: [(to: Double, series: Int?)],
      flips: [(value: Double, text: String, interval: (low: Double, high: Double)?)], now: Double?
    ) {
      (self.label, self.low, self.high, self.ends) = (label, low, high, ends)
      (isLogarithmic, self.stretches, self.flips, self.now) = (logarithmic, stretches, flips, now)
    }
  }

  public var heading: String
  public var strips: [Strip]
  public var legend: [LegendEntry]

  public init(_ heading: String, strips: [Strip], legend: [LegendEntry]) {
    (self.heading, self.strips, self.legend) = (heading, strips, legend)
  }

  private static let thick = 14.0

  func scale(_ strip: Strip, width: Double) -> Scale {
    Scale(
      low: strip.low, high: strip.high > strip.low ? strip.high : strip.low + 1,
      isLogarithmic: strip.isLogarithmic && strip.low > 0, pixels: (0, width))
  }

  public func drawing(width: Double) -> Drawing {
    var marks: [Mark] = [], y = 0.0
    for strip in strips where strip.low.isFinite && strip.high.isFinite {
      let scale = scale(strip, width: width)
      func place(_ value: Double) -> Double { min(width, max(0, scale.place(value))) }
      marks.append(.text(TextMeasure.fitted(strip.label, .label, width: width), Point(0, y + 14), .label))
      y += strip.flips.isEmpty ? 22 : 40
      var from = 0.0
      for stretch in strip.stretches where stretch.to.isFinite {
        let to = place(stretch.to)
        let box = Box(x: from, y: y, width: to - from, height: StripPanel.thick)
        marks.append(.bar(box, stretch.series.map(Paint.series) ?? .grid, strength: 1, tip: nil))
        from = to
      }
      var free = -Double.infinity
      for flip in strip.flips where flip.value.isFinite {
        let x = place(flip.value)
        marks.append(.line([Point(x, y - 4), Point(x, y + StripPanel.thick + 4)], .ink, width: 2, dashed: false))
        if let ends = flip.interval {
          let level = y + StripPanel.thick / 2, (a, b) = (place(ends.low), place(ends.high))
          marks.append(.line([Point(a, level), Point(b, level)], .ink, width: 1.5, dashed: false))
          for end in [a, b] {
            marks.append(.line([Point(end, level - 4), Point(end, level + 4)], .ink, width: 1.5, dashed: false))
          }
        }
        let text = TextMeasure.fitted(flip.text, .small, width: width)
        let half = TextMeasure.width(text, .small) / 2, middle = min(width - half, max(half, x))
        if middle - half > free {
          marks.append(.text(text, Point(middle, y - 8), TextStyle(13, .middle)))
          free = middle + half + 8
        }
      }
      y += StripPanel.thick
      if let now = strip.now, now.isFinite, now >= strip.low, now <= strip.high {
        marks.append(.dots([Point(place(now), y + 7)], .triangle, .ink, size: 5, tip: "now"))
      }
      let ends = [strip.ends.low, strip.ends.high].map { TextMeasure.fitted($0, .small, width: width / 2 - 4) }
      marks.append(.text(ends[0], Point(0, y + 26), .small))
      marks.append(.text(ends[1], Point(width, y + 26), TextStyle.small.at(.end)))
      y += 36
    }
    return Drawing(marks: marks, height: y)
  }
}
