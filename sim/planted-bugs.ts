/**
 * Mistakes that the simulator must find; each is a line somebody could write. A simulator that finds none of them proves
 * nothing about the code that has none.
 */
export const plantedBugs = {
  "unguarded-put": "a controller writes the reign whatever is there",
  "no-epoch-check": "agents and edge obey whatever reign comes, newer or older",
  "reused-epoch": "an intent keeps the epoch of the reign that it ends",
  "promote-before-fence": "a controller chooses the next region at once and fences nobody",
  "one-standby-goes-on-confirming": "one agent says that its standby has stopped while it goes on confirming",
  "candidate-without-asking-enough": "a controller takes n − k fenced standbys for enough",
  "single-vantage": "a controller counts its own view as that of all",
  "acknowledge-before-confirmed": "a primary acknowledges before any standby has confirmed",
  "shut-down-without-standbys":
    "a primary that is shut down in order waits for no standby, and its agent does not say where it ended",
  "no-cool-down": "a failover may begin as soon as the last one has ended",
  "cool-down-by-wall-clock":
    "how long ago the last failover ended is asked of the wall clock, whatever is set",
  "fails-back-by-itself": "a leader hands over to the first region as soon as another one serves",
  "ignores-streams": "a controller takes a majority of probes for enough, whatever standbys and edge say",
  "lossy-failover-without-bound": "a failover that may lose data begins, and ends, however much it may lose",
  "stale-read": "an agent takes what its watch told last for a linearizable reading of the reign",
  "commits-without-a-record": "a controller writes the reign although its record could not be written",
  "begun-before-written": "a carrier begins steps while the store is still being told of them",
  "undone-as-it-was-done": "a run that goes back undoes its first stage first",
  "every-yes-counts": "an approval is counted whoever gives it, and when",
  "carries-on-when-replaced": "a carrier writes to the run whoever carries it out by now",
  "waits-by-the-wall-clock":
    "how long people have been asked, or time was let pass, is asked of the wall clock",
  "waits-anew-when-taken-over": "whoever goes on with a run lets all of the time pass again",
  "despite-one-is-despite-all": "whoever begins a run despite one interlock begins it despite all of them",
  "begins-what-would-stop":
    "a plan is begun whatever stands in its way, such as cells of which too many would be out",
  "holds-nothing-back": "an agent says that commits wait for every other region while they wait for nobody",
  "late-yield": "an agent goes on serving after its right to serve has run out",
  "resumed-from-the-beginning": "whoever goes on ungracefully with a run begins it with its first step again",
  "forgets-what-was-begun": "what failed and is to be begun again is taken for what was never begun",
  "taken-for-lost-unasked":
    "a run fences the region that serves as it is, though nobody has taken it for lost",
  "acts-unproven": "a controller begins a failover by itself although the reign is held",
  "acts-by-an-old-proof": "a controller goes by a reign that was armed, however long ago its proof has ended",
  "changed-in-an-outage": "what lets controllers act is changed while nobody serves",
  "proven-by-another-plan": "a drill proves the plan that stands, whichever it carried out",
} as const;

export type PlantedBug = keyof typeof plantedBugs;
