// Lets only one process install at a time: npm empties node_modules, so two installs at once would break
// each other. The lock file names its holder, so that a lock left by a crash is recognised.
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;
const HEARTBEAT_MS = 5_000;
/** A holder on this machine is found by its process id. The age only catches an id that was reused. */
const STALE_AFTER_MS = 600_000;
/** For a holder in another container or on another machine, only the file's age shows that it is alive. */
const STALE_ELSEWHERE_AFTER_MS = 60_000;

/**
 * Waits until no other process holds the lock file at `path`, then runs `act` while holding it.
 *
 * `act` gets a function that records the process id of the installer that it starts. A launcher that
 * is killed leaves its npm running, and the next one must wait for that npm too.
 */
export async function withInstallLock(path, { act, onWait }) {
  for (let hasWaited = false; !tryAcquire(path); hasWaited = true) {
    if (removeIfStale(path)) continue;
    if (!hasWaited) onWait();
    await sleep(POLL_MS);
  }
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  const release = () => rmSync(path, { force: true });
  process.on('exit', release);
  try {
    return await act((installerPid) => {
      // Renamed into place, so that a reader never sees half a record.
      writeFileSync(`${path}.new`, record(installerPid));
      renameSync(`${path}.new`, path);
    });
  } finally {
    clearInterval(heartbeat);
    process.off('exit', release);
    release();
  }
}

function record(installerPid) {
  return JSON.stringify({ host: hostname(), pids: [process.pid, installerPid].filter(Boolean) });
}

function tryAcquire(path) {
  try {
    writeFileSync(path, record(), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

// Only one process at a time looks at the lock and removes it. Otherwise a slow process could remove the
// lock that a fast one has just taken.
function removeIfStale(path) {
  if (!isStale(path)) return false;
  const guard = `${path}.guard`;
  try {
    mkdirSync(guard);
  } catch {
    if (ageMs(guard) > HEARTBEAT_MS) rmSync(guard, { recursive: true, force: true });
    return false;
  }
  try {
    if (!isStale(path)) return false;
    rmSync(path, { force: true });
    return true;
  } finally {
    rmdirSync(guard);
  }
}

function isStale(path) {
  const age = ageMs(path);
  if (age === undefined) return false;
  const holder = readHolder(path);
  // Created but not yet written, or half written when the machine stopped.
  if (holder === undefined) return age > HEARTBEAT_MS;
  if (holder.host !== hostname()) return age > STALE_ELSEWHERE_AFTER_MS;
  return age > STALE_AFTER_MS || !holder.pids.some(isAlive);
}

function readHolder(path) {
  try {
    const { host, pids } = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(pids) ? { host, pids } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// A process that has ended, but whose parent never waited for it, as is common in containers.
function isZombie(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

function ageMs(path) {
  const modifiedAtMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return modifiedAtMs === undefined ? undefined : Date.now() - modifiedAtMs;
}

function touch(path) {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Someone deleted it: the install continues, only without the lock.
  }
}
