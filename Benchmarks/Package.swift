// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that building Trainfare never fetches the harness.
let package = Package(
  name: "trainfare-benchmarks",
  platforms: [.macOS(.v14)],
  dependencies: [
    .package(name: "trainfare", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Trainfare",
      dependencies: [
        .product(name: "TrainfareKit", package: "trainfare"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/Trainfare",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ],
  swiftLanguageModes: [.v6]
)
