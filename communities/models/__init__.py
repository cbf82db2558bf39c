from communities.models.boundaries import Boundary
from communities.models.forum import Reply, Topic
from communities.models.groups import Group, GroupMember
from communities.models.labour_days import LabourAttendance, LabourDay
from communities.models.meetings import Meeting, MeetingAttendance
from communities.models.places import Community, CommunityPosting, RoadSection, Subdistrict
from communities.models.plans import Assignment, AssignmentItem, PlanItem, WorkPlan
from communities.models.visits import Visit

__all__ = [
    "Assignment",
    "AssignmentItem",
    "Boundary",
    "Community",
    "CommunityPosting",
    "Group",
    "GroupMember",
    "LabourAttendance",
    "LabourDay",
    "Meeting",
    "MeetingAttendance",
    "PlanItem",
    "Reply",
    "RoadSection",
    "Subdistrict",
    "Topic",
    "Visit",
    "WorkPlan",
]
