"""The columns that are read of each Meta Kaggle table, named as the tables name them."""

from __future__ import annotations

from miner.sources.meta_tables import Layout

COMPETITIONS = Layout(
    "Competitions",
    ("Id", "Slug", "Title"),
    ("Subtitle", "ForumId", "DeadlineDate", "EvaluationAlgorithmName", "TotalTeams", "RewardType", "RewardQuantity"),
)
COMPETITION_TAGS = Layout("CompetitionTags", ("Id", "CompetitionId", "TagId"), is_needed=False)
TAGS = Layout("Tags", ("Id", "Name"), is_needed=False)
FORUMS = Layout("Forums", ("Id", "Title"), is_needed=False)
TEAMS = Layout(
    "Teams",
    ("Id", "CompetitionId", "TeamName", "PrivateLeaderboardRank"),
    ("PublicLeaderboardRank", "Medal", "IsBenchmark", "WriteUpForumTopicId"),
)
MEMBERSHIPS = Layout("TeamMemberships", ("Id", "TeamId", "UserId"))
USERS = Layout("Users", ("Id", "UserName"), ("DisplayName",))
TOPICS = Layout(
    "ForumTopics",
    ("Id", "ForumId", "FirstForumMessageId", "Title"),
    ("KernelId", "CreationDate", "LastCommentDate", "Score"),
)
MESSAGES = Layout("ForumMessages", ("Id", "ForumTopicId", "PostUserId", "Message"), ("RawMarkdown",))
KERNELS = Layout(
    "Kernels",
    ("Id", "AuthorUserId", "CurrentKernelVersionId", "CurrentUrlSlug"),
    ("TotalVotes", "MadePublicDate", "CreationDate"),
)
KERNEL_VERSIONS = Layout("KernelVersions", ("Id", "Title"), is_needed=False)
KERNEL_COMPETITIONS = Layout("KernelVersionCompetitionSources", ("Id", "KernelVersionId", "SourceCompetitionId"))

FOR_WRITEUPS = (COMPETITIONS, COMPETITION_TAGS, TAGS, FORUMS, TEAMS, MEMBERSHIPS, USERS, TOPICS, MESSAGES)
FOR_NOTEBOOKS = (COMPETITIONS, TEAMS, MEMBERSHIPS, USERS, KERNELS, KERNEL_VERSIONS, KERNEL_COMPETITIONS)
