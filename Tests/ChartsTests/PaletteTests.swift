import Foundation
import Testing

@testable import Charts

/// Contrast after WCAG 2.2; how colours look to those who see fewer, after Machado, Oliveira and Fernandes (IEEE TVCG 15,
/// 2009), at full severity.
@Suite struct PaletteTests {
  private static func linear(_ hex: String) -> [Double] {
    let value = Int(hex.dropFirst(), radix: 16) ?? 0
    return [16, 8, 0].map { shift in
      let c = Double((value >> shift) & 255) / 255
      return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
    }
  }

  private static func luminance(_ c: [Double]) -> Double { 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2] }

  private static func contrast(_ a: String, _ b: String) -> Double {
    let (x, y) = (luminance(linear(a)), luminance(linear(b)))
    return (max(x, y) + 0.05) / (min(x, y) + 0.05)
  }

  private static let sights: [(name: String, rows: [[Double]])] = [
    ("all colours", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    ("no red", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    (
      "no green", [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    (
      "no blue", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
  ]

  /// CIE L*a*b* of linear sRGB, by which distances are about as large as they look.
  private static func lab(_ c: [Double]) -> [Double] {
    let rows = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    let white = [0.9505, 1, 1.089]
    let f = zip(rows, white).map { row, w -> Double in
      let t = max(0, zip(row, c).map(*).reduce(0, +)) / w
      return t > 0.008856 ? cbrt(t) : 7.787 * t + 16 / 116
    }
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
  }

  @Test("Marks have 3:1 to the ground and letters 4.5:1, in both schemes", arguments: [Palette.light, Palette.dark])
  func contrast(scheme: Palette.Scheme) {
    for colour in scheme.series {
      #expect(Self.contrast(colour, scheme.ground) >= 3, "\(colour) \(Self.contrast(colour, scheme.ground))")
    }
    for colour in [scheme.ink, scheme.faint] { #expect(Self.contrast(colour, scheme.ground) >= 4.5, "\(colour)") }
  }

  @Test("Every two series look different, whatever colours a reader sees", arguments: [Palette.light, Palette.dark])
  func distinct(scheme: Palette.Scheme) {
    for sight in Self.sights {
      let seen = scheme.series.map { hex -> [Double] in
        let c = Self.linear(hex)
        return Self.lab(sight.rows.map { row in min(1, max(0, zip(row, c).map(*).reduce(0, +))) })
      }
      for i in seen.indices {
        for j in seen.indices where j > i {
          let distance = zip(seen[i], seen[j]).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
          #expect(distance > 12, "\(sight.name): \(scheme.series[i]) and \(scheme.series[j]): \(distance)")
        }
      }
    }
  }

  @Test("Both schemes colour the same classes") func classes() {
    #expect(Palette.light.series.count == Palette.dark.series.count)
    #expect(Palette.style.contains("prefers-color-scheme:dark"))
    for name in ["ground", "ink", "faint", "grid", "0", "5"] { #expect(Palette.style.contains(".tf-\(name){")) }
  }
}
