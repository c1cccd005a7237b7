"""A provider's refusal or view of need challenged, stage by stage (protocol: Challenge), and refusals counted."""
