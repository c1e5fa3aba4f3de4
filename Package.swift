// swift-tools-version: 6.1
import PackageDescription

// Kernels, the rooms that call them millions of times and the one that reads half a megabyte of fitted numbers in every command
// are optimized in debug builds too: tests wait for nothing else.
let quickC: [CSetting] = [.unsafeFlags(["-O2"], .when(configuration: .debug))]
let quickSwift: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

// One room per thing that must not be known elsewhere; docs/Architecture.md has the picture.
let package = Package(
  name: "trainfare",
  platforms: [.macOS(.v14)],
  products: [
    .executable(name: "trainfare", targets: ["trainfare"]),
    // Every room but the command line, for Benchmarks/ and for tools built on top.
    .library(
      name: "TrainfareKit",
      targets: [
        "Quantities", "Scenarios", "CKernels", "Simulation", "Operating", "Calibration", "Costing", "Planning",
        "Reporting", "Charts", "Workbooks",
        "CWorkload", "Measuring",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .target(name: "Quantities", swiftSettings: quickSwift, linkerSettings: [.linkedLibrary("m")]),
    .target(
      name: "Scenarios",
      dependencies: ["Quantities", .product(name: "Yams", package: "Yams")], swiftSettings: quickSwift),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(
      name: "CXlsxWriter", pkgConfig: "xlsxwriter",
      providers: [.apt(["libxlsxwriter-dev", "zlib1g-dev"]), .brew(["libxlsxwriter"])]),
    // libm by name: nothing here imports Foundation, which would bring it in.
    .target(name: "CKernels", dependencies: ["COpenBLAS"], cSettings: quickC, linkerSettings: [.linkedLibrary("m")]),
    .target(
      name: "CWorkload", dependencies: ["COpenBLAS"], cSettings: quickC,
      linkerSettings: [.linkedLibrary("m"), .linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(name: "Measuring", dependencies: ["CKernels", "CWorkload"]),
    .target(name: "Simulation", dependencies: ["Scenarios", "CKernels"], swiftSettings: quickSwift),
    .target(name: "Operating", dependencies: ["Scenarios", "CKernels"], swiftSettings: quickSwift),
    .target(name: "Calibration", dependencies: ["Simulation", "CKernels"], swiftSettings: quickSwift),
    .target(name: "Costing", dependencies: ["Scenarios"], swiftSettings: quickSwift),
    .target(name: "Planning", dependencies: ["Costing", "Calibration", "Operating"], swiftSettings: quickSwift),
    .target(name: "Charts"),
    .target(name: "Workbooks", dependencies: ["CXlsxWriter"]),
    .target(name: "Reporting", dependencies: ["Planning", "Calibration", "Measuring", "Charts", "Workbooks"]),
    .target(name: "History", dependencies: [.product(name: "GRDB", package: "GRDB.swift")]),
    .executableTarget(
      name: "trainfare",
      dependencies: [
        "Reporting", "History", "Measuring", "Workbooks",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .testTarget(name: "QuantitiesTests", dependencies: ["Quantities", "TestSupport"]),
    .testTarget(name: "ScenariosTests", dependencies: ["Scenarios", "TestSupport"]),
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels", "TestSupport"]),
    .testTarget(name: "CWorkloadTests", dependencies: ["CWorkload", "TestSupport"]),
    .testTarget(name: "MeasuringTests", dependencies: ["Measuring", "TestSupport"]),
    .testTarget(name: "SimulationTests", dependencies: ["Simulation", "TestSupport"]),
    .testTarget(name: "OperatingTests", dependencies: ["Operating", "TestSupport"]),
    .testTarget(name: "CalibrationTests", dependencies: ["Calibration", "TestSupport"]),
    .testTarget(name: "CostingTests", dependencies: ["Costing", "TestSupport"]),
    .testTarget(name: "PlanningTests", dependencies: ["Planning", "TestSupport"]),
    .testTarget(name: "ChartsTests", dependencies: ["Charts"]),
    .testTarget(name: "WorkbooksTests", dependencies: ["Workbooks"]),
    .testTarget(
      name: "ReportingTests", dependencies: ["Reporting", "Charts", "Workbooks", "TestSupport"], exclude: ["Golden"]),
    .testTarget(name: "HistoryTests", dependencies: ["History", .product(name: "GRDB", package: "GRDB.swift")]),
    .testTarget(
      name: "FuzzingTests", dependencies: ["Reporting", "History", "TestSupport"], exclude: ["corpus"]),
    .testTarget(
      name: "CommandTests",
      dependencies: ["trainfare", "TestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
  ],
  swiftLanguageModes: [.v6]
)
