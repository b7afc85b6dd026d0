"""System calls that a plugin has no use for, by number: (x86_64, aarch64); -1 where the architecture has none.

Source: the kernel's tables of system calls, arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl.
"""

Calls = dict[str, tuple[int, int]]

NETWORK: Calls = {
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
}  # fmt: skip
"""A ring can open sockets without the call of that name. Pairs of connected sockets stay: threads wake with them."""

PROCESSES: Calls = {"fork": (57, -1), "vfork": (58, -1), "execve": (59, 221), "execveat": (322, 281)}

METADATA: Calls = {
    "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, -1), "fchown": (93, 55), "lchown": (94, -1), "fchownat": (260, 54),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "removexattrat": (466, 466),
    "utime": (132, -1), "utimes": (235, -1), "futimesat": (261, -1), "utimensat": (280, 88),
    "file_setattr": (469, 469), "truncate": (76, 45),
}  # fmt: skip
"""Landlock does not guard owners, modes and times; a read-only root does."""

NEVER: Calls = {
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97),
    "setns": (308, 268), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "move_mount": (429, 429), "open_tree": (428, 428), "mount_setattr": (442, 442), "open_tree_attr": (467, 467),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "migrate_pages": (256, 238),
    "move_pages": (279, 239), "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "syslog": (103, 116), "sethostname": (170, 161), "setdomainname": (171, 162),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266),
    "iopl": (172, -1), "ioperm": (173, -1), "vhangup": (153, 58), "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264), "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190),
    "mq_open": (240, 180), "personality": (135, 92), "fanotify_init": (300, 262), "setpriority": (141, 140),
}  # fmt: skip

OF_ITSELF: Calls = {
    "prlimit64": (302, 261), "sched_setaffinity": (203, 122), "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119), "sched_setattr": (314, 274),
}  # fmt: skip
"""Allowed where the first argument is 0, the process itself."""

SIGNALS: Calls = {
    "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
}  # fmt: skip
"""Allowed to a process on its own where the first argument is its id."""

BY_ARGUMENT: dict[str, tuple[tuple[int, int], int, tuple[int, ...]]] = {
    # F_SETOWN and F_SETOWN_EX, with F_SETSIG a way to have the kernel signal anybody
    "fcntl": ((72, 25), 1, (8, 15)),
    # FIOSETOWN and SIOCSPGRP, which do the same, and TIOCSTI, which types into a terminal
    "ioctl": ((16, 29), 1, (0x8901, 0x8902, 0x5412)),
    # PR_SET_PDEATHSIG, by which the process would survive its warden
    "prctl": ((157, 167), 0, (1,)),
}
"""Name → its numbers, which argument decides (from 0), and the values that are refused."""

CLONE, CLONE3 = (56, 220), (435, 435)
