"""The supervisor: starts services in order, starts again what dies, stops everything in reverse."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from portal.embedded import processes, services, state
from portal.embedded.processes import Service
from portal.embedded.state import CannotStart, State

FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0
# A service that lived this long was well: its next restart is quick again.
WELL_AFTER = 60.0
PATIENCE = 10.0


class Stopped(Exception):
    """Someone asked the group to stop while it was waiting for something."""


@dataclass
class Member:
    service: Service
    child: subprocess.Popen[bytes]
    since: float
    delay: float = 0.0
    again_at: float | None = None


@dataclass
class Group:
    """The services of one folder, in batches: a batch is stopped at once, and before those that it was started after."""

    folder: Path
    known: State
    say: Callable[[str], None]
    batches: list[list[Member]] = field(default_factory=list)
    stopping: bool = False

    def listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def start(self, service: Service) -> None:
        """Starts a service that later ones need, and waits until it answers."""
        child = services.until_it_answers(self.folder, service, self._spawn, self._pause)
        self.batches.append([Member(service, child, time.monotonic())])

    def launch(self, *batch: Service) -> None:
        """Starts services without waiting for them."""
        self.batches.append([Member(service, self._spawn(service), time.monotonic()) for service in batch])

    def run(self, *jobs: Service) -> None:
        """Runs programs that end by themselves, side by side; a failure ends the start."""
        for job, child in [(job, self._spawn(job)) for job in jobs]:
            while child.poll() is None:
                self._pause(0.05)
            self.known["processes"].pop(job.name)
            if child.returncode:
                raise CannotStart(f"{job.name} failed: {services.last_words(services.log_of(self.folder, job))}")

    def wait_until(self, condition: Callable[[], bool], patience: float) -> bool:
        deadline = time.monotonic() + patience
        while not condition():
            if time.monotonic() > deadline:
                return False
            self._pause(0.1)
        return True

    def watch(self) -> None:
        """Keeps everything running until someone asks to stop."""
        while True:
            self._pause(0.5)

    def stop(self) -> None:
        """Stops the batches in reverse, waits, and kills what is left."""
        for batch in reversed(self.batches):
            for member in reversed(batch):
                if member.child.poll() is None:
                    member.child.send_signal(member.service.stop_signal)
            deadline = time.monotonic() + PATIENCE
            for member in reversed(batch):
                self._finish(member, deadline)
        self.batches.clear()
        services.end_all(self.known)
        state.write(self.folder, self.known)

    def _finish(self, member: Member, deadline: float) -> None:
        try:
            member.child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.say(f"{member.service.name} does not stop by itself and is killed.")
        processes.end(self.known["processes"].pop(member.service.name), patience=0.0)
        member.child.wait()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _pause(self, seconds: float) -> None:
        time.sleep(seconds)
        if self.stopping:
            raise Stopped
        for batch in self.batches:
            for member in batch:
                self._look_after(member)

    def _look_after(self, member: Member) -> None:
        if member.child.poll() is None:
            return
        now = time.monotonic()
        if member.again_at is None:
            self._plan_restart(member, now)
        elif now >= member.again_at:
            member.child, member.since, member.again_at = self._spawn(member.service), now, None

    def _plan_restart(self, member: Member, now: float) -> None:
        was_well = now - member.since > WELL_AFTER
        member.delay = FIRST_DELAY if was_well else min(max(member.delay * 2, FIRST_DELAY), LONGEST_DELAY)
        member.again_at = now + member.delay
        self.say(
            f"{member.service.name} ended ({_how(member.child.returncode)}) and is started again in "
            f"{member.delay:.0f} s; its log: {services.log_of(self.folder, member.service)}"
        )

    def _spawn(self, service: Service) -> subprocess.Popen[bytes]:
        return services.launch(self.folder, self.known, service, leashed=True)


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
