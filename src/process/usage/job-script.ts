/**
 * PowerShell (5.1 and later) with C#: `job.ps1 IN.json OUT.json`. Reads the command from IN, writes what it cost to OUT,
 * and ends with the command's own status. A pointer-sized field is a `UIntPtr`, so the layouts fit 32 and 64 bits.
 */
export const JOB_SCRIPT = `param([string]$In, [string]$Out)
$ErrorActionPreference = 'Stop'
Add-Type -TypeDefinition @'
using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

public class TareJob {
  [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
  struct StartupInfo {
    public uint cb; public string reserved, desktop, title;
    public uint x, y, xSize, ySize, xChars, yChars, fill, flags;
    public ushort show, reserved2; public IntPtr reserved3, input, output, error;
  }
  [StructLayout(LayoutKind.Sequential)]
  struct ProcessInformation { public IntPtr process, thread; public uint processId, threadId; }
  [StructLayout(LayoutKind.Sequential)]
  struct Accounting { public long user, kernel, periodUser, periodKernel; public uint faults, total, active, ended; }
  [StructLayout(LayoutKind.Sequential)]
  struct BasicLimit {
    public long processTime, jobTime; public uint flags; public UIntPtr minimum, maximum;
    public uint active; public UIntPtr affinity; public uint priority, scheduling;
  }
  [StructLayout(LayoutKind.Sequential)]
  struct Limit {
    public BasicLimit basic; public ulong io1, io2, io3, io4, io5, io6;
    public UIntPtr processMemory, jobMemory, peakProcess, peakJob;
  }
  const uint Suspended = 4, UseHandles = 0x100, KillOnClose = 0x2000, Inherit = 1, Forever = 0xffffffff;

  [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Unicode)]
  static extern bool CreateProcessW(string application, StringBuilder line, IntPtr a, IntPtr b, bool inherit, uint flags,
    IntPtr environment, string directory, ref StartupInfo startup, out ProcessInformation information);
  [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Unicode)]
  static extern IntPtr CreateJobObjectW(IntPtr attributes, string name);
  [DllImport("kernel32.dll", SetLastError = true)] static extern bool AssignProcessToJobObject(IntPtr job, IntPtr process);
  [DllImport("kernel32.dll", SetLastError = true)]
  static extern bool SetInformationJobObject(IntPtr job, int kind, ref Limit limit, uint length);
  [DllImport("kernel32.dll", SetLastError = true)]
  static extern bool QueryInformationJobObject(IntPtr job, int kind, out Limit limit, uint length, IntPtr used);
  [DllImport("kernel32.dll", SetLastError = true, EntryPoint = "QueryInformationJobObject")]
  static extern bool QueryAccounting(IntPtr job, int kind, out Accounting accounting, uint length, IntPtr used);
  [DllImport("kernel32.dll", SetLastError = true)] static extern uint ResumeThread(IntPtr thread);
  [DllImport("kernel32.dll", SetLastError = true)] static extern uint WaitForSingleObject(IntPtr handle, uint milliseconds);
  [DllImport("kernel32.dll", SetLastError = true)] static extern bool GetExitCodeProcess(IntPtr process, out uint code);
  [DllImport("kernel32.dll", SetLastError = true)] static extern bool TerminateProcess(IntPtr process, uint code);
  [DllImport("kernel32.dll", SetLastError = true)] static extern IntPtr GetStdHandle(int which);
  [DllImport("kernel32.dll", SetLastError = true)] static extern bool SetHandleInformation(IntPtr handle, uint mask, uint flags);

  public long User, Kernel, Wall; public ulong Peak; public int ExitCode;

  static void Check(bool fine) { if (!fine) throw new Win32Exception(Marshal.GetLastWin32Error()); }

  public void Run(string application, string line) {
    IntPtr job = CreateJobObjectW(IntPtr.Zero, null);
    Check(job != IntPtr.Zero);
    Limit limit = new Limit();
    limit.basic.flags = KillOnClose;
    Check(SetInformationJobObject(job, 9, ref limit, (uint)Marshal.SizeOf(typeof(Limit))));
    StartupInfo startup = new StartupInfo();
    startup.cb = (uint)Marshal.SizeOf(typeof(StartupInfo));
    startup.flags = UseHandles;
    startup.input = GetStdHandle(-10); startup.output = GetStdHandle(-11); startup.error = GetStdHandle(-12);
    foreach (IntPtr handle in new IntPtr[] { startup.input, startup.output, startup.error })
      SetHandleInformation(handle, Inherit, Inherit);
    ProcessInformation child;
    Check(CreateProcessW(application, new StringBuilder(line), IntPtr.Zero, IntPtr.Zero, true, Suspended,
      IntPtr.Zero, null, ref startup, out child));
    if (!AssignProcessToJobObject(job, child.process)) {
      int code = Marshal.GetLastWin32Error();
      TerminateProcess(child.process, 1);
      throw new Win32Exception(code);
    }
    Stopwatch watch = Stopwatch.StartNew();
    ResumeThread(child.thread);
    WaitForSingleObject(child.process, Forever);
    Wall = watch.Elapsed.Ticks;
    uint status; Check(GetExitCodeProcess(child.process, out status));
    ExitCode = unchecked((int)status);
    Accounting accounting;
    Check(QueryAccounting(job, 1, out accounting, (uint)Marshal.SizeOf(typeof(Accounting)), IntPtr.Zero));
    User = accounting.user; Kernel = accounting.kernel;
    Check(QueryInformationJobObject(job, 9, out limit, (uint)Marshal.SizeOf(typeof(Limit)), IntPtr.Zero));
    Peak = limit.peakProcess.ToUInt64();
  }
}
'@
$spec = Get-Content -Raw -Encoding UTF8 -LiteralPath $In | ConvertFrom-Json
$job = New-Object TareJob
$problem = ''
try { $job.Run($spec.application, $spec.commandLine) } catch { $problem = $_.Exception.GetBaseException().Message; $job.ExitCode = 127 }
$answer = @{ exitCode = $job.ExitCode; userTicks = $job.User; kernelTicks = $job.Kernel; wallTicks = $job.Wall; peakBytes = $job.Peak; error = $problem }
[IO.File]::WriteAllText($Out, (ConvertTo-Json -Compress $answer))
exit $job.ExitCode
`;
