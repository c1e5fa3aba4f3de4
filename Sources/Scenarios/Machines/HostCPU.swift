import Quantities

/// The processor of a host: what prepares input and launches work for the chips beside it.
public struct HostCPU: Sendable {
  public var name: String
  public var summary: String
  /// Of one socket.
  public var cores: Int?
  /// vCPUs that a core is sold as: 2 on x86, 1 on Arm.
  public var threadsPerCore: Int
  /// CoreMark iterations a second of one core with all cores and threads busy; nil where unmeasured.
  public var coreSpeed: Sourced<CountRate>?
  public var released: Int?
  public var disputed: [String]
  public var origin: Origin
}
