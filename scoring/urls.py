from django.urls import path

from scoring.views.appeals import pages as appeals
from scoring.views.bulletins import result_sheets
from scoring.views.corrections import pages as corrections
from scoring.views.honours import nominations, plans, years
from scoring.views.readings import adjustments
from scoring.views.readings import pages as readings
from scoring.views.rounds import acts as round_acts
from scoring.views.rounds import pages as rounds
from scoring.views.rubrics import pages as rubrics
from scoring.views.scores import pages as scores
from scoring.views.scores import ranking
from scoring.views.sheets import assessors, replacing
from scoring.views.sheets import books as sheet_books
from scoring.views.sheets import pages as sheets
from scoring.views.sheets import queue as sheet_queue

app_name = "scoring"
urlpatterns = [
    path("rounds/", rounds.RoundList.as_view(), name="rounds"),
    path("rounds/new/", rounds.round_new, name="round_new"),
    path("rounds/<str:quarter>/", rounds.round_detail, name="round"),
    path("rounds/<str:quarter>/draw/", round_acts.round_draw, name="round_draw"),
    path("rounds/<str:quarter>/replace/", replacing.round_replace, name="round_replace"),
    path("rounds/<str:quarter>/gather/", round_acts.round_gather, name="round_gather"),
    path(
        "rounds/<str:quarter>/notice/", round_acts.round_public_notice, name="round_public_notice"
    ),
    path("rounds/<str:quarter>/freeze/", round_acts.round_freeze, name="round_freeze"),
    path("rounds/<str:quarter>/report/", round_acts.round_report, name="round_report"),
    path("rounds/<str:quarter>/publish/", round_acts.round_publish, name="round_publish"),
    path("rounds/<str:quarter>/frozen.json", rounds.round_frozen, name="frozen"),
    path("rounds/<str:quarter>/ranking/", ranking.Ranking.as_view(), name="ranking"),
    path("rounds/<str:quarter>/units/", ranking.UnitRanking.as_view(), name="unit_scores"),
    path(
        "rounds/<str:quarter>/result-sheets/",
        result_sheets.ResultSheetList.as_view(),
        name="result_sheets",
    ),
    path("result-sheets/<int:pk>/", result_sheets.result_sheet, name="result_sheet"),
    path("rounds/<str:quarter>/assessors/", assessors.round_assessors, name="round_assessors"),
    path("rounds/<str:quarter>/adjustments/", adjustments.adjustment_list, name="adjustments"),
    path(
        "rounds/<str:quarter>/nominations/",
        nominations.NominationList.as_view(),
        name="nominations",
    ),
    path("rounds/<str:quarter>/readings/", readings.reading_list, name="readings"),
    path("rounds/<str:quarter>/readings/check/", readings.reading_check, name="readings_check"),
    path("rounds/<str:quarter>/readings/<str:code>/", readings.reading_edit, name="reading"),
    path(
        "adjustments/<int:pk>/withdraw/",
        adjustments.adjustment_withdraw,
        name="adjustment_withdraw",
    ),
    path("scores/<int:pk>/", scores.score_detail, name="score"),
    path("scores/<int:pk>/appeal/", appeals.appeal_new, name="appeal_new"),
    path("rubrics/", rubrics.RubricList.as_view(), name="rubrics"),
    path("rubrics/new/", rubrics.rubric_new, name="rubric_new"),
    path("rubrics/<int:pk>/", rubrics.rubric_detail, name="rubric"),
    path("sheets/", sheets.sheet_list, name="sheets"),
    path("sheets/workbook/", sheet_books.sheet_book, name="sheet_book"),
    path("sheets/<int:pk>/", sheets.sheet_detail, name="sheet"),
    path("queue/sheets/<uuid:uuid>/", sheet_queue.put_sheet, name="queue_sheet"),
    path("appeals/", appeals.AppealList.as_view(), name="appeals"),
    path("appeals/<int:pk>/", appeals.appeal_detail, name="appeal"),
    path("commendation-plans/", plans.CommendationPlanList.as_view(), name="commendation_plans"),
    path("commendation-plans/<int:pk>/", plans.plan_detail, name="commendation_plan"),
    path("evidence/<uuid:uuid>/", appeals.evidence_file, name="evidence"),
    path("rounds/<str:quarter>/corrections/", corrections.correction_list, name="corrections"),
    path("corrections/<int:pk>/", corrections.correction_detail, name="correction"),
    path("year/<str:quarter>/", years.year_detail, name="year"),
    path("year/<str:quarter>/commend/", years.year_commend, name="year_commend"),
]
