from django.urls import path

from feedback import views

urlpatterns = [
    path("check-ins/", views.checkins, name="checkins"),
    path("check-ins/<int:pk>/", views.checkin, name="checkin"),
    path("check-ins/<int:pk>/skip/", views.checkin_skip, name="checkin_skip"),
    path("check-ins/ask/", views.checkin_ask, name="checkin_ask"),
    path("check-ins/<int:pk>/move/", views.checkin_move, name="checkin_move"),
    path("check-ins/<int:pk>/show/", views.checkin_show, name="checkin_show"),
    path("tours/<int:pk>/releases/", views.releases, name="releases"),
    path("releases/<int:pk>/take-back/", views.release_take_back, name="release_take_back"),
    path("alignment/", views.alignment, name="alignment"),
    path("alignment/share/", views.alignment_share, name="alignment_share"),
    path("alignment/<int:pk>/", views.alignment_shared, name="alignment_shared"),
    # Such an address stands in letters and in the browser's history, so it says nothing.
    path("a-word/", views.first_conversation_new, name="first_conversation_new"),
    path("a-word/<uuid:pk>/", views.first_conversation, name="first_conversation"),
    path("a-word/<uuid:pk>/delete/", views.first_conversation_delete, name="first_conversation_delete"),
    path("ahead/", views.ahead, name="ahead"),
    path("expectations/", views.expectations, name="expectations"),
    path("expectations/new/", views.expectation_new, name="expectation_new"),
    path("expectations/<int:pk>/", views.expectation, name="expectation"),
    path("expectations/<int:pk>/answer/", views.expectation_answer, name="expectation_answer"),
    path("expectations/<int:pk>/debrief/", views.expectation_debrief, name="expectation_debrief"),
    path("expectations/<int:pk>/talked/", views.expectation_hear, name="expectation_hear"),
    path("expectations/<int:pk>/withdraw/", views.expectation_withdraw, name="expectation_withdraw"),
    path("expectations/<int:pk>/pass-on/", views.expectation_pass_on, name="expectation_pass_on"),
    path("expectations/<int:pk>/keep/", views.expectation_keep, name="expectation_keep"),
    path("expectations/<int:pk>/show-hr/", views.expectation_show_hr, name="expectation_show_hr"),
]
