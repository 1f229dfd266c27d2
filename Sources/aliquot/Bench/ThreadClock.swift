#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The processor time of this thread, which does not run while others have the processor.
enum ThreadClock {
  /// Nanoseconds that the thread has used.
  static func now() -> Double { read(CLOCK_THREAD_CPUTIME_ID) }

  /// Nanoseconds that all threads of the process have used together.
  static func process() -> Double { read(CLOCK_PROCESS_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }

  /// The most bytes that the process has had in memory so far.
  static func mostMemory() -> Int {
    // RUSAGE_SELF is 0 everywhere, and of another type in each library.
    let thisProcess: Int32 = 0
    var usage = rusage()
    getrusage(thisProcess, &usage)
    #if canImport(Darwin)
    return usage.ru_maxrss
    #else
    return usage.ru_maxrss * 1_024
    #endif
  }
}
